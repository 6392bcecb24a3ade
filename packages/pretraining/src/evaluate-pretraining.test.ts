import { dispose, inference } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { smallBatch, tinyModel } from "./__fixtures__/tiny-model.ts";
import { evaluatePretraining } from "./evaluate-pretraining.ts";
import { maskedLmObjective } from "./masked-lm-objective.ts";
import { nextSentenceObjective } from "./next-sentence-objective.ts";
import { pretrainingTensors } from "./pretraining-tensors.ts";
import { sumObjectives } from "./sum-objectives.ts";

let model: ReturnType<typeof tinyModel>;
beforeEach(async () => {
  await tf.setBackend("cpu");
  model = tinyModel();
});
afterEach(() => dispose(model));

describe("evaluatePretraining", () => {
  it("agrees with the objectives over one batch and leaks no tensor", async () => {
    const batch = smallBatch(6);
    const before = tf.memory().numTensors;
    const result = await evaluatePretraining({ ...model, batches: [batch] });
    expect(tf.memory().numTensors).toBe(before);
    const expected = tf.tidy(() => {
      const objective = sumObjectives(maskedLmObjective(model.maskedLm), nextSentenceObjective(model.nextSentence));
      const { metrics } = objective.loss(model.encoder, pretrainingTensors(batch), inference);
      return Object.values(metrics).map((scalar) => scalar.dataSync()[0]!);
    });
    const { maskedLm: masked, nextSentence: next } = result;
    expect([masked!.loss, masked!.accuracy, next!.loss, next!.accuracy].map(({ value }) => value)).toBeAllClose(
      expected,
      { absolute: 1e-4 },
    );
    expect(masked!.predictions).toBe(batch.maskedWeights.reduce((a, b) => a + b));
    expect(next!.predictions).toBe(6);
  });

  it("does not score next sentences of rows with several sequences", async () => {
    const [batch, { encoder, maskedLm: head }] = [smallBatch(2), model];
    const positionIds = batch.inputIds.map((_, place) => place % batch.shape[1]);
    const batches = [{ ...batch, sequenceIds: Int32Array.from(batch.attentionMask), positionIds }];
    await expect(evaluatePretraining({ ...model, batches })).rejects.toThrow(/several sequences in a row/);
    expect((await evaluatePretraining({ encoder, maskedLm: head, batches })).maskedLm!.predictions).toBeGreaterThan(0);
  });

  it("sums over batches, and accepts async batches and a single head", async () => {
    const batches = [smallBatch(2, 1), smallBatch(3, 2)];
    async function* later(): AsyncGenerator<(typeof batches)[number]> {
      yield* batches;
    }
    const { encoder, maskedLm: head } = model;
    const whole = await evaluatePretraining({ encoder, maskedLm: head, batches: later() });
    const parts = await Promise.all(
      batches.map((batch) => evaluatePretraining({ encoder, maskedLm: head, batches: [batch] })),
    );
    expect(whole.nextSentence).toBeUndefined();
    expect(whole.maskedLm!.instances).toEqual(parts.flatMap(({ maskedLm: part }) => part!.instances));
  });
});
