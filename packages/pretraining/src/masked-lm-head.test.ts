import { dispose, Rng } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { smallCorpus, smallVocabulary } from "./__fixtures__/small-corpus.ts";
import { tinyModel } from "./__fixtures__/tiny-model.ts";
import { countTokens, logUnigramFrequencies } from "./log-unigram-frequencies.ts";
import { MaskedLmHead } from "./masked-lm-head.ts";

let model: ReturnType<typeof tinyModel>;
beforeEach(async () => {
  await tf.setBackend("cpu");
  model = tinyModel();
});
afterEach(() => dispose(model));

describe("MaskedLmHead", () => {
  it("computes the same logits for chosen positions as for all", () => {
    tf.tidy(() => {
      const sequence = tf.randomNormal([2, 5, 8], 0, 1, "float32", 1) as tf.Tensor3D;
      const all = model.maskedLm.forward(sequence);
      expect(all.shape).toEqual([10, 40]);
      const chosen = model.maskedLm.forward(sequence, tf.tensor2d([3, 0, 4, 4], [2, 2], "int32"));
      expect(chosen.dataSync()).toBeAllClose(tf.gather(all, tf.tensor1d([3, 0, 9, 9], "int32")).dataSync());
    });
  });

  it("starts at the unigram distribution with its bias from frequencies", () => {
    const counts = countTokens(smallCorpus(), smallVocabulary.size);
    expect(counts.reduce((a, b) => a + b)).toBe(smallCorpus().flat(2).length);
    const outputBias = logUnigramFrequencies(counts);
    const head = new MaskedLmHead({ encoder: model.encoder, rng: new Rng(1), outputBias });
    tf.tidy(() => {
      const total = counts.reduce((sum, count) => sum + count + 1, 0);
      expect(tf.softmax(head.bias).dataSync()).toBeAllClose([...counts].map((count) => (count + 1) / total));
    });
    expect(
      () => new MaskedLmHead({ encoder: model.encoder, rng: new Rng(1), outputBias: new Float32Array(3) }),
    ).toThrow(/outputBias needs one number for each of 40 ids, got 3/);
    expect(() => logUnigramFrequencies([1], 0)).toThrow(/smoothing must be a number above 0/);
  });
});
