import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { dispose } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleForNode } from "../__fixtures__/bundle-for-node.ts";
import { tinyPretrainingModel } from "../__fixtures__/tiny-model.ts";
import { savePretrained } from "../model/save-pretrained.ts";

let directory: string;

beforeAll(async () => {
  await tf.setBackend("cpu");
  directory = await mkdtemp(join(tmpdir(), "bertkit-select-backend-"));
  const model = tinyPretrainingModel();
  await savePretrained(directory, model);
  dispose(model);
});
afterAll(() => rm(directory, { recursive: true }));

// The bundle cannot load @bertkit/backend-onnxruntime, because Node does not run its sources.
describe("a command without the Node backend", () => {
  it.each([
    { chosen: [], errors: /^bertkit: there is no fast backend here, .*slowly\. @bertkit\/backend-onnxruntime .+\n$/ },
    { chosen: ["--backend", "cpu"], errors: /^$/ },
  ])("says that it is slow unless that was chosen: $chosen", async ({ chosen, errors }) => {
    const program = await bundleForNode("select-backend", { cli: "command-line/cli.ts" });
    const args = [program, "fill-mask", "--model", directory, ...chosen, "the [MASK]"];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
    expect(stdout).toMatch(/^the \[MASK\]\n/);
    expect(stderr).toMatch(errors);
  });
});
