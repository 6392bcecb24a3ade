import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { softwareVulkan } from "@bertkit/testing";

/** Runs a program in a process of its own, on Dawn's software adapter. Returns the JSON of its last line. */
export function runOnDawn<Result>(program: URL): Result {
  const tsx = pathToFileURL(createRequire(new URL("../../../../../package.json", import.meta.url)).resolve("tsx")).href;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", tsx, fileURLToPath(program)],
    { env: { ...process.env, ...softwareVulkan }, encoding: "utf8", maxBuffer: 2 ** 28 },
  );
  if (status !== 0) throw new Error(`${program.pathname} exited with ${status}: ${stderr}`);
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as Result;
}
