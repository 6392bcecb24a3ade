import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { useBackend } from "@bertkit/backend";
import { bertSizes, createBert } from "@bertkit/encoder";
import { SequenceClassifier, type ClassificationExample } from "@bertkit/heads";
import { dispose, Rng, variables } from "@bertkit/nn";
import { bertTokenizer } from "@bertkit/tokenizer";
import { trainWordPiece } from "@bertkit/tokenizer/training";
import { RunFolder } from "bertkit/node";

import type { Options } from "./options.ts";
import { trainClassifier } from "./train-classifier.ts";

const examples: readonly ClassificationExample[] = ["good", "bad", "good work", "bad work", "so good"].map((input) => ({
  input,
  label: input.includes("good") ? ["praise"] : [],
}));
const options: Options = {
  data: undefined,
  format: "jigsaw",
  model: "",
  trainEncoder: true,
  epochs: 3,
  batchSize: 2,
  length: 8,
  learningRate: 0.01,
  heldOut: 0.2,
  limit: 5,
  backend: "cpu",
  seed: 3,
  out: "",
  fresh: false,
  saveEvery: 1000,
};

let folder: string;
beforeAll(async () => {
  await useBackend("cpu");
  vi.spyOn(console, "log").mockImplementation(() => {});
  folder = await mkdtemp(join(tmpdir(), "bertkit-toxic-"));
});
afterAll(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

/** Trains in a run folder until `onEpoch` throws or training ends, and returns the weights. */
async function trainIn(name: string, onEpoch: (epoch: number) => void): Promise<Float32Array[]> {
  const rng = new Rng(0);
  const vocabulary = await trainWordPiece(["good bad work so"], { vocabularySize: 40, minFrequency: 1 });
  const tokenizer = bertTokenizer({ vocabulary });
  const small = { hiddenSize: 8, attentionHeads: 2, intermediateSize: 16, vocabularySize: vocabulary.size };
  const encoder = createBert({ ...bertSizes.tiny, ...small }, rng);
  const classifier = new SequenceClassifier({ encoder, labels: ["praise"], problem: "multi-label", rng });
  const run = await RunFolder.open(join(folder, name), { stages: ["state"], settings: {}, fresh: false, outputs: [] });
  try {
    await trainClassifier({
      classifier,
      tokenizer,
      examples,
      options,
      rng,
      saved: run.stage("state", {}),
      signal: new AbortController().signal,
      onEpoch: async (epoch) => onEpoch(epoch),
    });
    return [...variables(classifier).values()].map((variable) => variable.dataSync() as Float32Array);
  } finally {
    await run.close();
    dispose(classifier);
  }
}

it("calls back after each epoch", async () => {
  const epochs: number[] = [];
  await trainIn("order", (epoch) => epochs.push(epoch));
  expect(epochs).toEqual([1, 2, 3]);
});

it.each([2, 3])("evaluates epoch %d again if it was interrupted then, and ends with the same weights", async (at) => {
  const whole = await trainIn(`whole-${at}`, () => {});
  const interrupted = trainIn(`interrupted-${at}`, (epoch) => {
    if (epoch === at) throw new Error("interrupted");
  });
  await expect(interrupted).rejects.toThrow("interrupted");
  const epochs: number[] = [];
  const printed = vi.mocked(console.log).mock.calls;
  const before = printed.length;
  expect(await trainIn(`interrupted-${at}`, (epoch) => epochs.push(epoch))).toEqual(whole);
  expect(epochs).toEqual([2, 3].slice(at - 2));
  const lines = printed.slice(before).map(([line]) => (line as string).replace(/\] .*/, "]"));
  const bar = `3/3 [${"=".repeat(30)}]`;
  expect(lines).toEqual([
    `resuming after epoch ${at} of 3, batch 3 of 3 of the interrupted run (--fresh starts again)`,
    ...epochs.flatMap((epoch) => [`epoch ${epoch}/3`, bar]),
  ]);
});
