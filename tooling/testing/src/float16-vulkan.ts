import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = "/usr/share/vulkan/icd.d";

/** Why tests in float16 are skipped, if they are. */
export const float16Missing =
  "no Vulkan driver on the CPU has float16: run `apt-get install mesa-vulkan-drivers`, on Debian 12 from bookworm-backports, or set BERTKIT_FLOAT16_VULKAN=/path/to/icd.json";

/**
 * The environment for WebGPU in Node with float16 (`shader-f16`), which Chromium's software adapter does not have: Mesa's
 * lavapipe, or the driver that BERTKIT_FLOAT16_VULKAN names. Undefined if Dawn accepts none; older versions of Mesa lack
 * what it needs. It must be set before the process starts.
 */
export function findFloat16Vulkan(): Readonly<Record<string, string>> | undefined {
  const named = process.env["BERTKIT_FLOAT16_VULKAN"];
  const installed = existsSync(folder) ? readdirSync(folder).filter((file) => /^lvp_icd.*\.json$/.test(file)) : [];
  const driver = named !== undefined && named !== "" ? named : installed.map((file) => join(folder, file))[0];
  if (driver === undefined) return undefined;
  const environment = { VK_ICD_FILENAMES: driver };
  const program = fileURLToPath(new URL("./print-gpu-features.mjs", import.meta.url));
  const { stdout } = spawnSync(process.execPath, [program], {
    encoding: "utf8",
    env: { ...process.env, ...environment },
  });
  return stdout.split(" ").includes("shader-f16") ? environment : undefined;
}
