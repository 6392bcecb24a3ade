import { inference, Rng } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { smallCorpus, smallVocabulary } from "./__fixtures__/small-corpus.ts";
import { tinyModel } from "./__fixtures__/tiny-model.ts";
import {
  maskedLmObjective,
  nextSentenceObjective,
  type PretrainingBatch,
  shareBatches,
  sumObjectives,
} from "./index.ts";
import { pretrainingBatches } from "./pretraining-batches.ts";
import { pretrainingInstances } from "./pretraining-instances.ts";

beforeAll(() => tf.setBackend("cpu"));

function batches(count: number): PretrainingBatch[] {
  const options = { vocabulary: smallVocabulary, maxSequenceLength: 24, maxPredictionsPerSequence: 4 };
  const stream = pretrainingBatches(pretrainingInstances(smallCorpus(), options, new Rng(1)), {
    batchSize: 12,
    length: 24,
    maxPredictions: 4,
  });
  return Array.from({ length: count }, () => stream.next().value!);
}

async function all(parts: AsyncIterable<PretrainingBatch>): Promise<PretrainingBatch[]> {
  const found: PretrainingBatch[] = [];
  for await (const part of parts) found.push(part);
  return found;
}

it("gives each row to one process, in order", async () => {
  const whole = batches(2);
  const shares = await Promise.all([0, 1].map((rank) => all(shareBatches(whole, { rank, size: 2, accumulate: 3 }))));
  expect(shares.map((parts) => parts.length)).toEqual([6, 6]);
  const rows = [0, 1].map((batch) => shares.flatMap((parts) => parts.slice(3 * batch, 3 * batch + 3)));
  whole.forEach((batch, i) => {
    expect(rows[i]!.flatMap(({ inputIds }) => [...inputIds])).toEqual([...batch.inputIds]);
    expect(rows[i]!.flatMap(({ maskedIds }) => [...maskedIds])).toEqual([...batch.maskedIds]);
    expect(rows[i]!.flatMap(({ nextSentenceLabels }) => [...nextSentenceLabels])).toEqual([
      ...batch.nextSentenceLabels,
    ]);
  });
});

it("the mean of the parts' losses is the loss of the whole batch", async () => {
  const [batch] = batches(1);
  const model = tinyModel();
  const { encoder } = model;
  const objective = sumObjectives(maskedLmObjective(model.maskedLm), nextSentenceObjective(model.nextSentence));
  const measure = (one: PretrainingBatch): number[] =>
    tf.tidy(() => {
      const { loss, metrics } = objective.loss(encoder, one, inference);
      return [loss, ...Object.values(metrics)].map((scalar) => scalar.dataSync()[0]!);
    });
  const parts = (await all(shareBatches([batch!], { accumulate: 4 }))).map(measure);
  const means = measure(batch!).map((_, i) => parts.reduce((total, part) => total + part[i]!, 0) / parts.length);
  expect(means).toBeAllClose(measure(batch!), { absolute: 1e-5 });
});

it("parts of parts have the same divisor as parts", async () => {
  const [given] = batches(1);
  const maskedWeights = given!.maskedWeights.map((weight, i) => (i < 24 || i % 4 === 0 ? weight : 0));
  const batch = { ...given!, maskedWeights };
  const count = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0);
  const halves = await all(shareBatches([batch], { accumulate: 2 }));
  expect(count(halves[0]!.maskedWeights)).toBeGreaterThan(count(halves[1]!.maskedWeights));
  const quarters = await all(shareBatches(halves, { accumulate: 2 }));
  expect(quarters.map(({ maskedWeightTotal }) => maskedWeightTotal)).toEqual(
    [0, 1, 2, 3].map(() => count(maskedWeights) / 4),
  );
  expect(quarters).toEqual(await all(shareBatches([batch], { accumulate: 4 })));
});

it("rejects rows that do not divide, and an invalid rank", async () => {
  await expect(all(shareBatches(batches(1), { accumulate: 5 }))).rejects.toThrow(
    "shareBatches: a batch of 12 rows cannot be split into 5 equal parts. Choose a batch size that is a multiple of 5.",
  );
  await expect(all(shareBatches(batches(1), { rank: 2, size: 2 }))).rejects.toThrow("rank must be below size 2, got 2");
});
