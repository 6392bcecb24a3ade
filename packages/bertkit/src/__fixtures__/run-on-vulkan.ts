import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

/**
 * Runs a program in a process of its own, on the Vulkan driver that the environment names. Returns the JSON
 * object of its last line.
 */
export function runOnVulkan<Result>(
  program: URL,
  args: readonly string[],
  driver: Readonly<Record<string, string>> | undefined,
): Result {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const { stdout, stderr } = spawnSync(process.execPath, ["--import", tsx, fileURLToPath(program), ...args], {
    env: { ...process.env, ...driver },
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  const line = stdout.trim().split("\n").at(-1)!;
  if (!line.startsWith("{")) throw new Error(`The program printed no result: ${stderr}`);
  return JSON.parse(line) as Result;
}
