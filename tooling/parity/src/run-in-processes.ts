import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { softwareVulkan } from "@bertkit/testing";

import type { Outcome } from "./evaluate-all.ts";
import type { Reference } from "./finite-differences.ts";

const local = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

/** All cases in double precision. */
export function runReference(): Promise<Reference[]> {
  return runProcess<Reference[]>(["--import", pathToFileURL(local("./float64.mjs")).href], "./run-reference.ts", []);
}

/** All cases on one backend, in a separate process. */
export function runInNode(backend: string): Promise<Outcome[]> {
  return runProcess<Outcome[]>([], "./run-in-node.ts", [backend]);
}

async function runProcess<T>(flags: string[], program: string, args: string[]): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "bertkit-parity-"));
  const file = join(folder, "outcomes.json");
  try {
    const { code, output } = await run([...flags, "--import", tsx, local(program), ...args, file]);
    if (code !== 0) throw new Error(`${program} ${args.join(" ")}: ended with ${code}.\n${output}`);
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...softwareVulkan },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, output })));
}
