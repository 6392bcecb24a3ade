import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeEach, expect, it } from "vitest";
import { registerOnnxRuntime, type OnnxRuntimeBackend, type OnnxRuntimeOptions } from "../index.ts";

async function start(options: OnnxRuntimeOptions = {}): Promise<OnnxRuntimeBackend> {
  registerOnnxRuntime(options);
  await tf.setBackend("onnxruntime");
  return tf.backend() as OnnxRuntimeBackend;
}

let backend: OnnxRuntimeBackend;
beforeEach(async () => {
  backend = await start();
});
afterAll(() => registerOnnxRuntime());

/** [rows, 2] times the weight, where every row is `value`, `value` + 1. */
function product(weight: tf.Tensor2D, value: number): number[] {
  return tf.tidy(() => Array.from(tf.matMul(tf.tensor2d([[value, value + 1]]), weight).dataSync()));
}

it("makes an unchanged weight a constant of the graph, and an input again when it is assigned", () => {
  const weight = tf.variable(
    tf.tensor2d([
      [1, 2],
      [3, 4],
    ]),
  ) as tf.Variable<tf.Rank.R2>;
  for (let run = 0; run < 8; run++) expect(product(weight, run)).toEqual([4 * run + 3, 6 * run + 4]);
  expect(backend.stats()).toMatchObject({ compiles: 1, packed: 1, unpacked: 0, runs: 8 });

  weight.assign(
    tf.tensor2d([
      [10, 20],
      [30, 40],
    ]),
  );
  expect(product(weight, 1)).toEqual([70, 100]);
  expect(backend.stats()).toMatchObject({ compiles: 1, packed: 1, unpacked: 1 });

  for (let run = 0; run < 20; run++) expect(product(weight, run)).toEqual([40 * run + 30, 60 * run + 40]);
  expect(backend.stats()).toMatchObject({ packed: 2, unpacked: 1 });
});

it("notices a weight that the optimizer changed in place", () => {
  const weight = tf.variable(
    tf.tensor2d([
      [1, 0],
      [0, 1],
    ]),
  ) as tf.Variable<tf.Rank.R2>;
  const moments = [tf.zerosLike(weight), tf.zerosLike(weight)];
  let step = 0;
  const update = () => {
    const gradients = [tf.onesLike(weight)];
    tf.getKernel("BertkitAdamW", "onnxruntime").kernelFunc({
      backend,
      inputs: {},
      attrs: {
        variables: [weight],
        gradients,
        firstMoments: [moments[0]],
        secondMoments: [moments[1]],
        learningRate: 0.5,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        weightDecays: [0],
        clipNorm: Infinity,
        step: ++step,
        biasCorrection: true,
      } as unknown as tf.NamedAttrMap,
    });
    tf.dispose(gradients);
  };
  update();
  for (let round = 1; round <= 3; round++) {
    for (let run = 0; run < 60; run++) {
      expect(product(weight, 1)).toBeAllClose([1 - 1.5 * round, 2 - 1.5 * round], { absolute: 1e-4 });
    }
    expect(backend.stats().packed).toBe(round);
    update();
  }
});

it("keeps all as inputs while one of the right-hand matrices changes, as in training", () => {
  const weight = tf.variable(
    tf.tensor2d([
      [1, 2],
      [3, 4],
    ]),
  ) as tf.Variable<tf.Rank.R2>;
  const bias = tf.variable(tf.tensor1d([1, 1]));
  for (let run = 0; run < 8; run++) {
    const other = tf.tensor2d([
      [run, 0],
      [0, run],
    ]);
    const sum = tf.tidy(() => tf.add(tf.matMul(tf.matMul(tf.ones([1, 2]), weight), other), bias));
    expect(Array.from(sum.dataSync())).toEqual([4 * run + 1, 6 * run + 1]);
    tf.dispose([other, sum]);
  }
  expect(backend.stats().packed).toBe(0);
});

it("keeps constants within the limit", async () => {
  backend = await start({ constantBytes: 15 });
  const weight = tf.variable(
    tf.tensor2d([
      [1, 2],
      [3, 4],
    ]),
  ) as tf.Variable<tf.Rank.R2>;
  for (let run = 0; run < 8; run++) product(weight, run);
  expect(backend.stats().packed).toBe(0);
  backend = await start({ constantBytes: 16 });
  const other = tf.variable(
    tf.tensor2d([
      [1, 2],
      [3, 4],
    ]),
  ) as tf.Variable<tf.Rank.R2>;
  for (let run = 0; run < 8; run++) product(other, run);
  expect(backend.stats().packed).toBe(1);
});

it("treats a frozen variable as a constant immediately, until it is assigned repeatedly", () => {
  const weight = tf.variable(
    tf.tensor2d([
      [1, 2],
      [3, 4],
    ]),
    false,
  ) as tf.Variable<tf.Rank.R2>;
  const trained = tf.variable(
    tf.tensor2d([
      [1, 0],
      [0, 1],
    ]),
  ) as tf.Variable<tf.Rank.R2>;
  const step = (run: number) =>
    tf.tidy(() => Array.from(tf.matMul(tf.matMul(tf.tensor2d([[run, 1]]), weight), trained).dataSync()));
  for (let run = 0; run < 8; run++) {
    expect(step(run)).toEqual([(run + 3) * (run + 1), 2 * run + 4]);
    trained.assign(
      tf.tensor2d([
        [run + 2, 0],
        [0, 1],
      ]),
    );
  }
  expect(backend.stats()).toMatchObject({ compiles: 1, packed: 0, unpacked: 0 });
  for (let run = 0; run < 8; run++) {
    weight.assign(
      tf.tensor2d([
        [run, 0],
        [0, run],
      ]),
    );
    expect(step(run)).toEqual([run * run * 9, run]);
  }
  expect(backend.stats()).toMatchObject({ compiles: 1, packed: 0, unpacked: 1 });
});

it("compiles a graph with constants for each of several models with one structure", () => {
  const models = [1, 10, 100].map(
    (scale) => tf.variable(tf.tensor2d([[scale], [2 * scale]])) as tf.Variable<tf.Rank.R2>,
  );
  for (let run = 0; run < 12; run++) {
    models.forEach((weight, i) => expect(product(weight, run)).toEqual([(3 * run + 2) * 10 ** i]));
  }
  const { packed, unpacked, compiles } = backend.stats();
  expect({ packed, unpacked, compiles }).toEqual({ packed: 3, unpacked: 0, compiles: 3 });
  models[1]!.assign(tf.tensor2d([[0], [1]]));
  expect(models.map((weight) => product(weight, 1))).toEqual([[5], [2], [500]]);
  for (let run = 0; run < 16; run++) for (const weight of models) product(weight, run);
  expect(backend.stats()).toMatchObject({ packed: 4, unpacked: 1, compiles: 3 });
});

it("shares one graph between models that are being trained", () => {
  const models = [1, 2].map((value) => tf.variable(tf.tensor2d([[value], [value]])) as tf.Variable<tf.Rank.R2>);
  for (let step = 0; step < 8; step++) {
    for (const weight of models) {
      weight.assign(tf.tensor2d([[step], [1]]));
      expect(product(weight, 1)).toEqual([step + 2]);
    }
  }
  expect(backend.stats()).toMatchObject({ packed: 0, compiles: 1 });
});
