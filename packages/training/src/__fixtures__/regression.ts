import { Dense, Dropout, Rng } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";

import { type LossScaler, train, type Optimizer } from "../index.ts";

/** Endless batches of a linear function without noise: y = x · [2, −1, 0.5] + 1. */
export function* batches(seed: number): Generator<{ x: Float32Array; y: Float32Array }> {
  const rng = new Rng(seed);
  for (;;) {
    const x = Float32Array.from({ length: 24 }, () => rng.normal());
    const y = Float32Array.from({ length: 8 }, (_, i) => 2 * x[3 * i]! - x[3 * i + 1]! + 0.5 * x[3 * i + 2]! + 1);
    yield { x, y };
  }
}

/** A linear regression with dropout, ready to train. */
export function regression(seed: number, makeOptimizer: () => Optimizer, lossScaler?: LossScaler) {
  const rng = new Rng(seed);
  const model = { dropout: new Dropout(0.1), dense: new Dense({ inputSize: 3, outputSize: 1, rng }) };
  const optimizer = makeOptimizer();
  const run = (steps: number, from = 0) =>
    train({
      model,
      batches: skip(batches(5), from),
      optimizer,
      rng,
      steps,
      lossScaler,
      loss: ({ x, y }, context) => {
        const predicted = model.dense.forward(model.dropout.forward(tf.tensor2d(x, [8, 3]), context));
        const errors = tf.sub(tf.reshape(predicted, [8]), tf.tensor1d(y));
        return {
          loss: tf.mean(tf.square(errors)) as tf.Scalar,
          metrics: { largest: tf.max(tf.abs(errors)) as tf.Scalar },
        };
      },
    });
  return { model, optimizer, rng, run };
}

function* skip<T>(items: Iterable<T>, count: number): Generator<T> {
  let index = 0;
  for (const item of items) if (index++ >= count) yield item;
}

/** The loss of each step. */
export async function losses(steps: AsyncIterable<{ loss: number }>): Promise<number[]> {
  const all: number[] = [];
  for await (const { loss } of steps) all.push(loss);
  return all;
}
