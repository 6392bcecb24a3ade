import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "@bertkit/backend";
import type { BertConfig } from "@bertkit/encoder";
import { dispose, Rng, variables } from "@bertkit/nn";
import { anyDocument } from "@bertkit/pretraining";

import { parseOptions, type Options } from "./options.ts";
import { pretrain, type Pretrained } from "./pretrain.ts";
import { createPretrainingModel } from "./pretraining-model.ts";
import type { Recipe } from "./recipe.ts";
import { openRun } from "./run-folder.ts";

let folder: string;
beforeAll(async () => {
  await useBackend("node");
  folder = await mkdtemp(join(tmpdir(), "bertkit-pretrain-"));
});
afterAll(() => rm(folder, { recursive: true }));

const base = parseOptions(["--size", "tiny", "--steps", "8"]) as Options;
const plan = { ...base.recipe.pretraining, sequenceLength: 16, batchSize: 4 };
const recipe: Recipe = { ...base.recipe, pretraining: plan, vocabularySize: 40 };
const config: BertConfig = {
  ...recipe.model,
  hiddenSize: 16,
  attentionHeads: 2,
  intermediateSize: 32,
  hiddenDropout: 0.1,
  attentionDropout: 0.1,
  vocabularySize: 40,
};
const documents = Array.from({ length: 5 }, (_, d) =>
  Array.from({ length: 9 }, (_, s) => Int32Array.from({ length: 6 }, (_, i) => 5 + ((d * 7 + s * 3 + i) % 35))),
);
const vocabulary = { size: 40, classificationId: 2, separatorId: 3, maskId: 4 };

/** One process of a run: new weights, then the state in the folder, if any. Aborts after `stopAfter` steps. */
async function runOnce(out: string, stopAfter = Infinity): Promise<{ result: Pretrained; weights: number[] }> {
  const run = await openRun({ ...base, recipe, out });
  const model = createPretrainingModel(config, new Rng(0), {
    logFrequencies: new Float32Array(40),
    neighbors: recipe.start,
  });
  const controller = new AbortController();
  const result = await pretrain({
    plan,
    model,
    documents,
    randomDocument: anyDocument,
    vocabulary,
    seed: 0,
    saved: run.stage("training-state"),
    saveEvery: 10,
    signal: controller.signal,
    onStep: (step) => void (step === stopAfter && controller.abort()),
  });
  const weights = [...variables(model).values()].flatMap((variable) => Array.from(variable.dataSync()));
  dispose(model);
  await run.close();
  return { result, weights };
}

describe("pretrain", () => {
  it("resumes an interrupted run to the same weights, to the bit", async () => {
    const whole = await runOnce(join(folder, "whole"));
    expect(whole.result.step).toBe(8);
    const first = await runOnce(join(folder, "parts"), 3);
    expect(first.result.step).toBe(3);
    const second = await runOnce(join(folder, "parts"));
    expect(second.result.step).toBe(8);
    expect(second.weights).toEqual(whole.weights);
    expect(second.result.curve).toEqual(whole.result.curve);
  });

  it("rejects a folder with a run of other settings, unless `fresh` discards it", async () => {
    const out = join(folder, "other");
    await runOnce(out, 2);
    const saved = await readFile(join(out, "training-state.safetensors"));
    await expect(openRun({ ...base, recipe, out, seed: 1 })).rejects.toThrow(/other settings: seed was 0, now it is 1/);
    expect(await readFile(join(out, "training-state.safetensors"))).toEqual(saved);
    await expect(openRun({ ...base, recipe: { ...recipe, text: ["notes.txt"] }, out })).rejects.toThrow(
      'text was not set, now it is ["notes.txt"]',
    );
    const fresh = await openRun({ ...base, recipe, out, seed: 1, fresh: true });
    await expect(readFile(fresh.file("training-state.safetensors"))).rejects.toThrow(/ENOENT/);
    await fresh.close();
  });
});
