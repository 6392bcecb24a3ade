import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";

/** Debian's chromium ships a software Vulkan driver and the loader that Dawn needs. */
const driver = "/usr/lib/chromium/vk_swiftshader_icd.json";
const skipped = existsSync(driver) ? "" : ` (skipped: no ${driver}; apt-get install chromium)`;

describe.skipIf(skipped !== "")(`patches of the webgpu backend${skipped}`, () => {
  let result: { first: number[]; last: number[]; sum: number[] };

  beforeAll(() => {
    const tsx = pathToFileURL(createRequire(new URL("../../../../package.json", import.meta.url)).resolve("tsx")).href;
    const program = fileURLToPath(new URL("./__fixtures__/webgpu-program.ts", import.meta.url));
    const env = { ...process.env, VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: dirname(driver) };
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", tsx, program], {
      env,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`The Dawn program exited with ${status}: ${stderr}`);
    result = JSON.parse(stdout.trim().split("\n").at(-1)!);
  });

  it("computes the softmax of more than 65,535 rows", () => {
    const total = 1 + Math.E + Math.E ** 2 + Math.E ** 3;
    const expected = [0, 1, 2, 3].map((x) => Math.exp(x) / total);
    expect(result.first).toBeAllClose(expected);
    expect(result.last).toBeAllClose(expected);
  });

  it("adds more than seven tensors", () => {
    expect(result.sum).toEqual([190]);
  });
});
