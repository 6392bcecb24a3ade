import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { softwareVulkan } from "@bertkit/testing";

/**
 * Runs a program in a process of its own, on Dawn's software adapter. Returns the JSON object of its last line.
 *
 * @param vulkan environment variables that name the adapter's driver
 */
export function runWebgpuProgram<Result>(
  program: URL,
  vulkan: Readonly<Record<string, string>> | undefined = softwareVulkan,
): Result {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const { stdout, stderr } = spawnSync(process.execPath, ["--import", tsx, fileURLToPath(program)], {
    env: { ...process.env, ...vulkan },
    encoding: "utf8",
  });
  const line = stdout.trim().split("\n").at(-1)!;
  if (!line.startsWith("{")) throw new Error(`The program printed no result: ${stderr}`);
  return JSON.parse(line) as Result;
}
