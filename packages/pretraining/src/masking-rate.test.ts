import { describe, expect, it } from "vitest";

import { smallCorpus, smallVocabulary } from "./__fixtures__/small-corpus.ts";
import { linearMaskingRate } from "./masking-rate.ts";
import { pretrainingBatches } from "./pretraining-batches.ts";
import { pretrainingInstances } from "./pretraining-instances.ts";
import { PythonRandom } from "./python-random.ts";

describe("linearMaskingRate", () => {
  it("goes from the first rate to the last in equal stages, and stays there", () => {
    const rate = linearMaskingRate({ from: 0.3, to: 0.15, instances: 400, stages: 4 });
    expect([0, 99, 100, 200, 300, 399, 5000].map(rate)).toBeAllClose([0.3, 0.3, 0.25, 0.2, 0.15, 0.15, 0.15]);
    expect([0, 7].map(linearMaskingRate({ from: 0.3, to: 0.15, instances: 4, stages: 1 }))).toEqual([0.3, 0.3]);
  });

  it.each([
    [{ from: 1.2, to: 0.15, instances: 4, stages: 2 }, /from must be a number from 0 to 1, got 1.2/],
    [{ from: 0.3, to: -1, instances: 4, stages: 2 }, /to must be a number from 0 to 1, got -1/],
    [{ from: 0.3, to: 0.15, instances: 0, stages: 2 }, /instances must be a whole number of at least 1, got 0/],
    [{ from: 0.3, to: 0.15, instances: 4, stages: 1.5 }, /stages must be a whole number of at least 1, got 1.5/],
  ])("rejects %j", (options, message) => {
    expect(() => linearMaskingRate(options)).toThrow(message);
  });

  it("masks each instance of a stream at the rate of its position, in batches of sufficient size", () => {
    const rate = linearMaskingRate({ from: 0.5, to: 0.1, instances: 64, stages: 2 });
    const instances = pretrainingInstances(
      smallCorpus(),
      { vocabulary: smallVocabulary, maxSequenceLength: 24, maxPredictionsPerSequence: 12, maskedLmProbability: rate },
      new PythonRandom(3),
    );
    const maxPredictions = (batch: number) => Math.ceil(24 * rate(8 * batch));
    const shares: number[][] = [[], []];
    let given = 0;
    for (const batch of pretrainingBatches(instances, { batchSize: 8, length: 24, maxPredictions })) {
      const half = given < 64 / 2 ? 0 : 1;
      expect(batch.maxPredictions).toBe(half === 0 ? 12 : 3);
      for (let row = 0; row < 8; row++) {
        const tokens = batch.attentionMask.subarray(24 * row, 24 * (row + 1)).reduce((sum, one) => sum + one, 0);
        const weights = batch.maskedWeights.subarray(batch.maxPredictions * row, batch.maxPredictions * (row + 1));
        const predicted = weights.reduce((sum, one) => sum + one, 0);
        const wanted = Math.max(1, tokens * rate(given++));
        expect(Math.abs(predicted - wanted), `${tokens} tokens`).toBeLessThanOrEqual(2); // [CLS] and [SEP] do not count
        shares[half]!.push(predicted / tokens);
      }
      if (given === 64) break;
    }
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(shares[0]!)).toBeGreaterThan(2.5 * mean(shares[1]!));
  });

  it("does not change the pairs and splits of a seed", () => {
    const texts = (maskedLmProbability: number) => {
      const options = { vocabulary: smallVocabulary, maxSequenceLength: 24, maskedLmProbability, shuffleBufferSize: 0 };
      const [first] = pretrainingInstances(smallCorpus(), { ...options, passes: 1 }, new PythonRandom(3));
      return first!.tokenTypeIds;
    };
    expect(texts(0.5)).toEqual(texts(0.1));
  });
});
