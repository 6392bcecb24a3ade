// Runs the first program of the repository's README, with another model name, from a loopback hub.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { dispose } from "@bertkit/nn";
import { loopbackHub } from "@bertkit/testing";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { filesOf } from "./__fixtures__/model-files.ts";
import { tinyPretrainingModel } from "./__fixtures__/tiny-model.ts";

const inPackage = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

test("prints five tokens with their probabilities", { timeout: 120_000 }, async () => {
  await tf.setBackend("cpu");
  const model = tinyPretrainingModel();
  const hub = await loopbackHub(await filesOf(model));
  dispose(model);
  const cache = await mkdtemp(join(tmpdir(), "bertkit-root-readme-"));
  const file = inPackage(".root-readme-example.js");
  try {
    const code = /^```js\n(.*?)^```$/ms.exec(await readFile(inPackage("../../README.md"), "utf8"))![1]!;
    expect(code).toContain("google-bert/bert-base-uncased");
    await writeFile(file, code.replace("google-bert/bert-base-uncased", "owner/tiny"));
    const output = await outputOf(file, { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cache });
    const lines = output.trim().split("\n");
    expect(lines).toHaveLength(5);
    for (const line of lines) expect(line).toMatch(/^\S+ [01]\.\d{3}$/);
  } finally {
    await hub.close();
    await Promise.all([rm(file, { force: true }), rm(cache, { recursive: true })]);
  }
});

function outputOf(file: string, environment: Record<string, string>): Promise<string> {
  const tsx = pathToFileURL(createRequire(inPackage("../../package.json")).resolve("tsx")).href;
  const child = spawn(process.execPath, ["--import", tsx, file], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, HF_TOKEN: "", HF_HUB_OFFLINE: "", ...environment },
  });
  let [output, errors] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve(output) : reject(new Error(errors))));
  });
}
