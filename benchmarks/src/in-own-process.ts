import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * Runs a benchmark file with `--alone CASE` in a separate process, and returns the JSON of its last line.
 * @param file the benchmark's `import.meta.url`
 */
export function inOwnProcess(file: string, name: string): number[] {
  const args = [...process.execArgv, fileURLToPath(file), "--alone", name];
  const { stdout, status } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`${fileURLToPath(file)}: the run of "${name}" exited with ${status}.`);
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as number[];
}
