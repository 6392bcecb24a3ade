import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { SuiteReport } from "./results.ts";

/** Runs the bundled suite on one backend in a separate process. */
export async function runSuite(bundle: string, backend: string): Promise<SuiteReport> {
  const folder = mkdtempSync(join(tmpdir(), "bertkit-conformance-"));
  const report = join(folder, "report.json");
  try {
    const { code, output } = await run([bundle, backend, wasmFolder(), report]);
    if (!existsSync(report))
      throw new Error(
        `test:tfjs: the suite on ${backend} ended with ${code} and no report. Its last lines:\n${output.slice(-4000)}`,
      );
    return JSON.parse(readFileSync(report, "utf8")) as SuiteReport;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function wasmFolder(): string {
  return dirname(fileURLToPath(import.meta.resolve("@tensorflow/tfjs-backend-wasm"))) + sep;
}

/** The suite's output is only shown if it crashes. */
function run(args: readonly string[]): Promise<{ code: number | string | null; output: string }> {
  return new Promise((resolve, reject) => {
    let output = "";
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (output = (output + text).slice(-100_000)));
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code: code ?? signal, output }));
  });
}
