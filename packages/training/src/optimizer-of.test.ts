import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";

import {
  adamMoments,
  adamW,
  clipByGlobalNorm,
  decayWeights,
  muon,
  nadam,
  optimizerOf,
  scaleByRate,
  type AdamWOptions,
  type Optimizer,
} from "./index.ts";

beforeAll(() => tf.setBackend("cpu"));

const gradients = [
  [3, -4],
  [0.25, 12],
  [-1, 0.5],
];

/** The bits of a variable after an update with each gradient. */
function after(optimizer: Optimizer, path = "w.kernel"): Float32Array {
  const w = tf.variable(tf.tensor1d([1, -2]));
  for (const numbers of gradients) {
    const gradient = tf.tensor1d(numbers);
    optimizer.update(new Map([[path, w]]), new Map([[path, gradient]]));
    gradient.dispose();
  }
  const values = w.dataSync<"float32">().slice();
  tf.dispose(w);
  optimizer.dispose();
  return values;
}

const moments = { beta1: 0.9, beta2: 0.999, epsilon: 1e-6, biasCorrection: true };

describe("optimizerOf", () => {
  it("is gradient descent with only a rate", () => {
    expect(after(optimizerOf({ kind: "sgd", learningRate: 0.5, transforms: [scaleByRate()] }))).toBeAllClose([
      1 - 0.5 * 2.25,
      -2 - 0.5 * 8.5,
    ]);
  });

  it("equals a ready-made combination, to the bit", () => {
    const transforms = [clipByGlobalNorm(1), adamMoments(moments), decayWeights(0.01), scaleByRate()];
    expect(after(optimizerOf({ kind: "custom", learningRate: 0.1, transforms }))).toEqual(
      after(adamW({ learningRate: 0.1 })),
    );
  });

  it("rejects two transforms that keep state under one name", () => {
    const twice = [adamMoments(moments), adamMoments(moments)];
    expect(() => optimizerOf({ kind: "custom", learningRate: 1, transforms: twice })).toThrow(
      'optimizerOf: two transforms of custom have a state named "m". Give each a different name.',
    );
  });

  it("changes nothing if a gradient has no variable", () => {
    const optimizer = adamW({ learningRate: 1 });
    const w = tf.variable(tf.tensor1d([1]));
    const given = new Map([
      ["w", tf.tensor1d([1])],
      ["v", tf.tensor1d([1])],
    ]);
    expect(() => optimizer.update(new Map([["w", w]]), given)).toThrow(
      'adamW: there is a gradient for "v" but no variable of that path.',
    );
    expect([optimizer.step, optimizer.state().slots.size, w.dataSync()[0]]).toEqual([0, 0, 1]);
  });
});

describe("an update that throws", () => {
  /** Fails with the rate or the shape of the second variable. */
  const updateOf = (optimizer: Optimizer, w: tf.Variable, v: tf.Variable): void =>
    optimizer.update(
      new Map([
        ["w", w],
        ["v", v],
      ]),
      new Map<string, tf.Tensor>([
        ["w", tf.tensor1d([1])],
        ["v", tf.onesLike(v)],
      ]),
    );

  it.each([
    [() => adamW({ learningRate: 1, rateOf: (path) => (path === "v" ? NaN : 1) }), 'rateOf("v") must be a number'],
    [() => nadam({ learningRate: (step) => (step === 1 ? NaN : 1) }), "the rate of step 1 must be a number"],
    [() => muon(), '"w" has shape [1]'],
  ])("changes nothing: %#", (make, message) => {
    const optimizer = make();
    const [w, v] = [tf.variable(tf.tensor1d([1])), tf.variable(tf.tensor1d([2]))];
    const before = JSON.stringify({ ...optimizer.state(), slots: [] });
    expect(() => updateOf(optimizer, w, v)).toThrow(message);
    expect(JSON.stringify({ ...optimizer.state(), slots: [] })).toBe(before);
    expect([optimizer.step, optimizer.state().slots.size, w.dataSync()[0], v.dataSync()[0]]).toEqual([0, 0, 1, 2]);
  });

  it("changes nothing if a restored moment has another shape", () => {
    const optimizer = adamW({ learningRate: 1 });
    const slots = new Map(["m/v", "v/v"].map((key) => [key, tf.zeros([3])]));
    optimizer.restore({ step: 4, slots });
    const [w, v] = [tf.variable(tf.tensor1d([1])), tf.variable(tf.tensor1d([2]))];
    expect(() => updateOf(optimizer, w, v)).toThrow("m/v has shape [3], but its variable needs [1]");
    expect([optimizer.step, optimizer.state().slots.size, w.dataSync()[0], v.dataSync()[0]]).toEqual([4, 2, 1, 2]);
  });
});

describe("an option that is undefined", () => {
  it.each(Object.keys(moments).concat("clipNorm", "weightDecay", "decays"))(
    "%s is the same as an omitted one",
    (name) => {
      const given = { learningRate: 0.1, [name]: undefined } as AdamWOptions;
      expect(after(adamW(given))).toEqual(after(adamW({ learningRate: 0.1 })));
      if (["beta1", "beta2", "epsilon", "clipNorm"].includes(name))
        expect(after(nadam({ [name]: undefined }))).toEqual(after(nadam()));
    },
  );

  it("clips by default, and not at all by Infinity", () => {
    const clipped = after(adamW({ learningRate: 0.1 }));
    expect(after(adamW({ learningRate: 0.1, clipNorm: 1 }))).toEqual(clipped);
    expect(after(adamW({ learningRate: 0.1, clipNorm: Infinity }))).not.toEqual(clipped);
    expect(after(nadam({ clipNorm: Infinity }))).toEqual(after(nadam()));
  });
});
