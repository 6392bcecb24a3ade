// The program in Node: saves to a folder on disk, and exports to ONNX if the native backend is installed.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromPretrained, saveOnnx } from "bertkit";
import { run } from "./program.js";

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bertkit-consumer-"));
  const ran = await run("auto", folder);
  const model = await fromPretrained(folder);
  const files = await saveOnnx(join(folder, "exported"), model).then(
    () => readdirSync(join(folder, "exported", "onnx")),
    (error: Error) => [error.message],
  );
  rmSync(folder, { recursive: true });
  process.stdout.write(`${JSON.stringify({ ...ran, node: process.versions.node, files })}\n`);
}

void main();
