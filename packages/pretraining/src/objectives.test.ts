import { type Context, dispose, inference, Rng, variables } from "@bertkit/nn";
import { adamW, train } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { smallBatch, tinyModel } from "./__fixtures__/tiny-model.ts";
import { maskedLmObjective } from "./masked-lm-objective.ts";
import { nextSentenceObjective } from "./next-sentence-objective.ts";
import { objective } from "./objective.ts";
import { pretrainingTensors } from "./pretraining-tensors.ts";
import { sumObjectives } from "./sum-objectives.ts";

type Model = ReturnType<typeof tinyModel>;
let model: Model;
beforeEach(async () => {
  await tf.setBackend("cpu");
  model = tinyModel();
});
afterEach(() => dispose(model));

const both = (): ReturnType<typeof sumObjectives> =>
  sumObjectives(maskedLmObjective(model.maskedLm), nextSentenceObjective(model.nextSentence));

describe("objectives", () => {
  it("equal the definitions, without padding", () => {
    const batch = smallBatch(4);
    const padded = batch.maskedWeights.filter((weight) => weight === 0).length;
    expect(padded).toBeGreaterThan(0);
    tf.tidy(() => {
      const tensors = pretrainingTensors(batch);
      const { loss, metrics } = both().loss(model.encoder, tensors, inference);
      const { sequenceOutput, pooledOutput } = model.encoder.forward(tensors, inference);
      const all = tf
        .reshape(tf.logSoftmax(model.maskedLm.forward(sequenceOutput)), [4, 16, 40])
        .arraySync() as number[][][];
      let nll = 0;
      let hits = 0;
      let count = 0;
      batch.maskedWeights.forEach((weight, i) => {
        if (weight === 0) return;
        const scores = all[Math.floor(i / 3)]![batch.maskedPositions[i]!]!;
        nll -= scores[batch.maskedIds[i]!]!;
        hits += scores.indexOf(Math.max(...scores)) === batch.maskedIds[i]! ? 1 : 0;
        count++;
      });
      const next = tf.logSoftmax(model.nextSentence.forward(pooledOutput!)).arraySync() as number[][];
      const labels = [...batch.nextSentenceLabels];
      const nextLoss = labels.reduce((total, label, row) => total - next[row]![label]!, 0) / 4;
      const nextHits = labels.filter((label, row) => next[row]![label]! > next[row]![1 - label]!).length / 4;
      expect(
        [metrics["maskedLmLoss"]!, metrics["maskedLmAccuracy"]!].map((scalar) => scalar.dataSync()[0]),
      ).toBeAllClose([nll / (count + 1e-5), hits / (count + 1e-5)]);
      expect(
        [metrics["nextSentenceLoss"]!, metrics["nextSentenceAccuracy"]!].map((scalar) => scalar.dataSync()[0]),
      ).toBeAllClose([nextLoss, nextHits]);
      expect(loss.dataSync()).toBeAllClose([nll / (count + 1e-5) + nextLoss]);
    });
  });

  it("are the same with an encoder that cannot select positions, and select none for an objective that reads all", () => {
    const batch = smallBatch(4);
    const { hiddenSize, embeddings } = model.encoder;
    const asked: number[] = [];
    const whole = { hiddenSize, embeddings, forward: model.encoder.forward.bind(model.encoder) };
    const reading = objective({}, ({ sequenceOutput }) => {
      asked.push(sequenceOutput.shape[1]);
      return { loss: tf.sum(sequenceOutput), metrics: {} };
    });
    tf.tidy(() => {
      const [part, all] = [model.encoder, whole].map((encoder) =>
        both().loss(encoder, batch, inference).loss.dataSync(),
      );
      expect(part).toBeAllClose(all!);
      for (const one of [reading, sumObjectives(maskedLmObjective(model.maskedLm), reading)])
        one.loss(model.encoder, batch, inference);
    });
    expect(asked).toEqual([16, 16]);
  });

  it("share the encoder's table, whose gradient comes from both uses", () => {
    const found = variables([model.encoder, both()]);
    expect([...found.keys()].filter((path) => !path.startsWith("0."))).toEqual([
      "1.parts.0.head.dense.kernel",
      "1.parts.0.head.dense.bias",
      "1.parts.0.head.norm.gamma",
      "1.parts.0.head.norm.beta",
      "1.parts.0.head.bias",
      "1.parts.1.head.dense.kernel",
      "1.parts.1.head.dense.bias",
    ]);
    expect(model.maskedLm.decoder.table).toBe(found.get("0.embeddings.word.table"));
  });

  it("have the gradients that finite differences measure, for every variable", () => {
    tf.tidy(() => {
      const tensors = pretrainingTensors(smallBatch(3));
      const loss = (): tf.Scalar => both().loss(model.encoder, tensors, inference).loss;
      const { grads } = tf.variableGrads(loss);
      const rng = new Rng(4);
      for (const [path, variable] of variables(model)) {
        const start = variable.dataSync().slice();
        const gradient = Array.from(grads[variable.name]!.dataSync());
        const direction = start.map(() => rng.normal());
        const norm = Math.hypot(...direction);
        const lossAt = (step: number): number => {
          variable.assign(
            tf.tensor(
              start.map((value, i) => value + (step * direction[i]!) / norm),
              variable.shape,
            ),
          );
          return loss().dataSync()[0]!;
        };
        const measured = (lossAt(1e-2) - lossAt(-1e-2)) / 2e-2;
        lossAt(0);
        const computed = gradient.reduce((total, value, i) => total + (value * direction[i]!) / norm, 0);
        expect([computed], path).toBeAllClose([measured], { absolute: 5e-4, relative: 1e-2 });
      }
      // Ids that are in no input only have gradients from the decoder; those of the input also from the embedding.
      const table = grads[model.encoder.embeddings.word.table.name]!;
      expect(tf.min(tf.sum(tf.abs(table), 1)).dataSync()[0]).toBeGreaterThan(0);
    });
  });

  it("decrease in training from typed arrays, and leak no tensor", async () => {
    const batch = smallBatch(8);
    const objective = both();
    const lossNow = (): number => tf.tidy(() => objective.loss(model.encoder, batch, inference).loss.dataSync()[0]!);
    const losses = [lossNow()];
    const before = tf.memory().numTensors;
    const optimizer = adamW({ learningRate: 0.01 });
    const options = {
      model: [model.encoder, objective],
      batches: Array<typeof batch>(80).fill(batch),
      optimizer,
      rng: new Rng(3),
    };
    for await (const { step, metrics } of train({
      ...options,
      loss: (rows, context: Context) => objective.loss(model.encoder, rows, context),
    })) {
      expect(Object.keys(metrics)).toEqual([
        "maskedLmLoss",
        "maskedLmAccuracy",
        "nextSentenceLoss",
        "nextSentenceAccuracy",
      ]);
      if (step === 1) losses.push(lossNow());
    }
    expect(losses[1]!).toBeLessThan(losses[0]!);
    expect(lossNow()).toBeLessThan(losses[0]! / 3);
    optimizer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("require a pooler for next sentence", () => {
    tf.tidy(() => {
      const outputs = { sequenceOutput: tf.zeros([1, 16, 8]) as tf.Tensor3D };
      expect(() => both().lossOf(outputs, pretrainingTensors(smallBatch(1)), inference)).toThrow(
        /nextSentenceObjective: the encoder has no pooler/,
      );
    });
    expect(() => sumObjectives()).toThrow(/needs at least one objective/);
  });
});
