import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const program = fileURLToPath(new URL("../__fixtures__/save-memory.ts", import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
let directory: string;
beforeAll(async () => (directory = await mkdtemp(join(tmpdir(), "bertkit-save-memory-"))));
afterAll(() => rm(directory, { recursive: true }));

/** Fractions of the model's bytes; the largest tensor is half of the model. */
test.skipIf(process.platform !== "linux").each([
  ["whole", 0.8], // with the canary, which the model computes once
  ["sharded", 0.8],
  ["tensorflow", 0.6],
  ["onnx", 1.4],
  ["onnx-external", 0.6],
])(
  "saving a BERT-small, %s, needs at most %f times its size in addition (skipped without /proc)",
  { timeout: 120_000 },
  async (how, most) => {
    const args = ["--import", tsx, program, how, join(directory, how)];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const { model, peak } = JSON.parse(stdout.trim().split("\n").at(-1)!) as { model: number; peak: number };
    expect(peak / model).toBeLessThan(most);
  },
);
