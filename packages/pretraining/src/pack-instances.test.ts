import { useBackend } from "@bertkit/backend";
import { type BertConfig, createBert } from "@bertkit/encoder";
import { inference, Rng } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { blockInstances } from "./block-instances.ts";
import { maskedLmObjective } from "./masked-lm-objective.ts";
import { MaskedLmHead } from "./masked-lm-head.ts";
import { nextSentenceObjective } from "./next-sentence-objective.ts";
import { NextSentenceHead } from "./next-sentence-head.ts";
import { packInstances } from "./pack-instances.ts";
import { pretrainingBatch, type PretrainingBatch } from "./pretraining-batch.ts";
import type { PretrainingInstance } from "./pretraining-instance.ts";
import { pretrainingTensors } from "./pretraining-tensors.ts";
import { shareBatches } from "./share-batches.ts";

const vocabulary = { size: 40, classificationId: 2, separatorId: 3, maskId: 4 };

/** Documents of a few tokens, each an instance. */
function instances(count: number, seed = 1): PretrainingInstance[] {
  const rng = new Rng(seed);
  const ids = (length: number): number[] => Array.from({ length }, () => rng.integer(5, 39));
  const documents = Array.from({ length: count }, () => [ids(rng.integer(1, 9))]);
  return blockInstances(documents, { vocabulary, maxSequenceLength: 12, pairs: "document" }, rng);
}

describe("packInstances", () => {
  it("keeps every instance whole, with hardly any padding", () => {
    const all = instances(400);
    const rows = [...packInstances(all, { length: 64 })];
    const text = (one: Int32Array): string => one.join(" ");
    const found = rows.flatMap(({ inputIds, maskedPositions, maskedIds, sequenceLengths }) => {
      let start = 0;
      return Array.from(sequenceLengths!, (count) => {
        const end = start + count;
        const inside = [...maskedPositions.keys()].filter(
          (i) => maskedPositions[i]! >= start && maskedPositions[i]! < end,
        );
        const part = [
          text(inputIds.subarray(start, end)),
          inside.map((i) => maskedPositions[i]! - start).join(" "),
          inside.map((i) => maskedIds[i]).join(" "),
        ].join(" | ");
        start = end;
        return part;
      });
    });
    const given = all.map((one) => [one.inputIds, one.maskedPositions, one.maskedIds].map(text).join(" | "));
    expect(found.toSorted()).toEqual(given.toSorted());
    const tokens = all.reduce((sum, { inputIds }) => sum + inputIds.length, 0);
    expect(rows.length).toBe(Math.ceil(tokens / 64));
    const kept = [...packInstances(all, { length: 64, open: 2 })];
    expect(kept.length).toBeGreaterThanOrEqual(rows.length);
    expect(() => [...packInstances(all, { length: 8 })]).toThrow("packInstances: an instance has ");
  });
});

const config: BertConfig = {
  vocabularySize: 40,
  hiddenSize: 16,
  hiddenLayers: 2,
  attentionHeads: 2,
  intermediateSize: 32,
  maxPositionEmbeddings: 64,
  typeVocabularySize: 2,
  hiddenDropout: 0,
  attentionDropout: 0,
  layerNormEpsilon: 1e-12,
  activation: "gelu",
  initializerRange: 0.3,
  pooler: true,
};

describe.each(["cpu", "node", "wasm"] as const)("an encoder on packed rows, %s", (backend) => {
  it.each(["absolute", "relative_key", "relative_key_query"] as const)(
    "gives the same vectors and loss as the single sequences: %s",
    async (positionEmbedding) => {
      await useBackend(backend);
      const rng = new Rng(3);
      const encoder = createBert({ ...config, positionEmbedding }, rng);
      const head = new MaskedLmHead({ encoder, rng });
      const rows = [...packInstances(instances(24, 2), { length: 40 })];
      const alone = rows.flatMap(({ inputIds, tokenTypeIds, maskedPositions, maskedIds, sequenceLengths }) => {
        let start = 0;
        return Array.from(sequenceLengths!, (count): PretrainingInstance => {
          const [from, end] = [start, start + count];
          start = end;
          const inside = [...maskedPositions.keys()].filter(
            (i) => maskedPositions[i]! >= from && maskedPositions[i]! < end,
          );
          return {
            inputIds: inputIds.slice(from, end),
            tokenTypeIds: tokenTypeIds.slice(from, end),
            maskedPositions: Int32Array.from(inside, (i) => maskedPositions[i]! - from),
            maskedIds: Int32Array.from(inside, (i) => maskedIds[i]!),
            isRandomNext: false,
          };
        });
      });
      const vectorsOf = (given: PretrainingInstance[], length: number): { vectors: number[][]; loss: number } =>
        tf.tidy(() => {
          const batch = pretrainingBatch(given, { length, maxPredictions: 12 });
          const output = encoder.forward(pretrainingTensors(batch), inference).sequenceOutput.arraySync();
          const vectors = given.flatMap(({ inputIds }, row) => output[row]!.slice(0, inputIds.length));
          return { vectors, loss: maskedLmObjective(head).loss(encoder, batch, inference).loss.dataSync()[0]! };
        });
      const [packed, single] = [vectorsOf(rows, 40), vectorsOf(alone, 12)];
      expect(packed.vectors.flat()).toBeAllClose(single.vectors.flat(), { absolute: 1e-5, relative: 1e-5 });
      expect(packed.loss).toBeCloseTo(single.loss, 5);
    },
  );
});

it("shares packed batches, and rejects them for next-sentence prediction", async () => {
  await useBackend("cpu");
  const rows = [...packInstances(instances(24, 2), { length: 40 })].slice(0, 4);
  const batch = pretrainingBatch(rows, { length: 40, maxPredictions: 12 });
  const parts: PretrainingBatch[] = [];
  for await (const part of shareBatches([batch], { accumulate: 2 })) parts.push(part);
  expect(parts.flatMap(({ sequenceIds }) => [...sequenceIds!])).toEqual([...batch.sequenceIds!]);
  expect(parts.flatMap(({ positionIds }) => [...positionIds!])).toEqual([...batch.positionIds!]);
  const encoder = createBert(config, new Rng(1));
  const objective = nextSentenceObjective(new NextSentenceHead({ encoder, rng: new Rng(1) }));
  expect(() => tf.tidy(() => objective.loss(encoder, batch, inference).loss)).toThrow(
    "nextSentenceObjective: the batch has several sequences in a row",
  );
});
