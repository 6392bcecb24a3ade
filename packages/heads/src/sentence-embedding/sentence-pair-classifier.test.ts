import { bertSizes, createBert } from "@bertkit/encoder";
import { type Context, dispose, inference, Rng } from "@bertkit/nn";
import { adamW, train } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, expect, it } from "vitest";
import { SentenceEmbedder } from "./sentence-embedder.ts";
import { simCseLoss } from "./sentence-losses.ts";
import { SentencePairClassifier, type SentencePairTensors } from "./sentence-pair-classifier.ts";

await tf.setBackend("cpu");
const config = { ...bertSizes.tiny, vocabularySize: 9, hiddenSize: 8, attentionHeads: 2, intermediateSize: 16 };
const embedder = new SentenceEmbedder({
  encoder: createBert({ ...config, hiddenLayers: 1, pooler: false }, new Rng(1)),
});
const model = new SentencePairClassifier({ embedder, labels: ["same", "other"], rng: new Rng(2) });
afterAll(() => dispose(model));

const ids = (rows: number[][]): { inputIds: tf.Tensor2D } => ({ inputIds: tf.tensor2d(rows, undefined, "int32") });
const batch = (): SentencePairTensors => ({
  left: ids([
    [1, 2],
    [3, 4],
    [1, 2],
    [3, 4],
  ]),
  right: ids([
    [1, 2],
    [3, 4],
    [3, 4],
    [1, 2],
  ]),
  labels: tf.tensor1d([0, 0, 1, 1], "int32"),
});

it("learns which texts are equal, which requires |u − v|", async () => {
  const optimizer = adamW({ learningRate: 0.02 });
  let accuracy = 0;
  const loss = (_: null, context: Context) => model.loss(batch(), context);
  for await (const step of train({ model, batches: Array<null>(80).fill(null), optimizer, rng: new Rng(3), loss })) {
    accuracy = step.metrics["accuracy"]!;
    if (step.loss < 0.1) break;
  }
  optimizer.dispose();
  expect(accuracy).toBe(1);
  expect(tf.tidy(() => [...model.forward(batch(), inference).argMax(1).dataSync()])).toEqual([0, 0, 1, 1]);
});

it("SimCSE distinguishes a text from the others: two passes differ only by dropout", () => {
  const losses = tf.tidy(() => {
    const inputs = ids([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const context = { training: true, rng: new Rng(4) };
    return [simCseLoss(embedder, inputs, context), simCseLoss(embedder, inputs, inference, { scale: 1000 })].map(
      (loss) => loss.dataSync()[0]!,
    );
  });
  expect(losses[0]).toBeGreaterThan(0);
  expect(losses[1]).toBeCloseTo(0, 3);
});
