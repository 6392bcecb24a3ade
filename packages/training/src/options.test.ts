import * as tf from "@tensorflow/tfjs-core";
import { Dense, freeze, Rng, unfreeze } from "@bertkit/nn";
import { describe, expect, it } from "vitest";
import {
  adamW,
  clipScale,
  constant,
  globalNorm,
  muon,
  nadam,
  optimizerByPath,
  orthogonalize,
  ProgressLine,
  train,
  type Optimizer,
} from "./index.ts";

const someBatches = [1, 2, 3];

function model(): { first: Dense; second: Dense } {
  const rng = new Rng(0);
  return {
    first: new Dense({ inputSize: 2, outputSize: 2, rng }),
    second: new Dense({ inputSize: 2, outputSize: 1, rng }),
  };
}

function steps(parts: ReturnType<typeof model>, options: object = {}): ReturnType<typeof train> {
  return train({
    model: parts,
    batches: someBatches,
    optimizer: adamW({ learningRate: 0.1 }),
    rng: new Rng(0),
    loss: () => tf.mean(parts.second.forward(parts.first.forward(tf.ones([1, 2])))) as tf.Scalar,
    ...options,
  } as never);
}

const values = ({ kernel }: Dense): number[] => [...kernel.dataSync()];

describe("options", () => {
  it.each([
    [() => adamW({ learningRate: NaN }), /^adamW: learningRate must be a number from 0.* got NaN/],
    [() => adamW({} as never), /^adamW: learningRate must be .* got undefined/],
    [() => adamW({ learningRate: 1, beta1: 1 }), /^adamW: beta1 must be a number from 0 and below 1, got 1/],
    [() => adamW({ learningRate: 1, weightDecay: NaN }), /weightDecay/],
    [() => adamW({ learningRate: 1, epsilon: -1 }), /epsilon/],
    [() => adamW({ learningRate: 1, clipNorm: 0 }), /^adamW: clipNorm must be a number above 0, got 0/],
    [() => nadam({ clipNorm: NaN }), /^nadam: clipNorm/],
    [() => nadam({ beta2: 2 }), /^nadam: beta2/],
    [() => muon({ iterations: 1.5 }), /^muon: iterations must be a whole number of at least 0, got 1.5/],
    [() => muon({ momentum: -0.1 }), /^muon: momentum/],
    [() => orthogonalize(tf.ones([1, 2, 2]), NaN), /^orthogonalize: iterations/],
    [() => constant(NaN), /^constant: rate/],
    [() => clipScale(tf.scalar(1), -1), /^clipScale: clipNorm/],
    [() => new ProgressLine({ totalSteps: 0 }), /^ProgressLine: totalSteps/],
    [() => new ProgressLine({ totalSteps: 1, window: 0 }), /^ProgressLine: window/],
  ])("rejects an invalid number: %s", (make, message) => {
    expect(make).toThrow(RangeError);
    expect(make).toThrow(message);
  });

  it.each([
    [() => adamW({ learningRate: 1, weigthDecay: 0 } as never), "adamW: no option is called weigthDecay."],
    [() => nadam({ lr: 1 } as never), "nadam: no option is called lr."],
    [() => muon({ lr: 1 } as never), "muon: no option is called lr."],
    [() => new ProgressLine({ steps: 1 } as never), "ProgressLine: no option is called steps."],
    [() => optimizerByPath([{ optimizer: nadam(), update: () => true } as never]), "no option is called update."],
    [() => optimizerByPath(nadam() as never), "optimizerByPath: parts must be a list of"],
  ])("rejects an unknown option: %s", (make, message) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });

  it("treats undefined as omitted", () => {
    const update = (optimizer: Optimizer): number => {
      const w = tf.variable(tf.scalar(0));
      for (const gradient of [100, 1]) optimizer.update(new Map([["w", w]]), new Map([["w", tf.scalar(gradient)]]));
      return w.dataSync()[0]!;
    };
    const clipped = update(adamW({ learningRate: 0.1 }));
    expect(update(adamW({ learningRate: 0.1, clipNorm: undefined }))).toBe(clipped);
    expect(update(adamW({ learningRate: 0.1, clipNorm: Infinity }))).not.toBe(clipped);
    expect(update(nadam({ clipNorm: undefined }))).toBe(update(nadam()));
  });
});

describe("train", () => {
  it.each([
    [{ step: 3 }, "train: no option is called step."],
    [{ steps: 1.5 }, "train: steps must be a whole number of at least 0"],
    [{ steps: NaN }, "train: steps"],
    [{ batches: "abc" }, 'train: batches must be a list of batches, got "abc"'],
    [{ batches: undefined }, "train: batches must be a list of batches, got undefined"],
    [{ model: undefined }, "train: model must be a model, got undefined"],
    [{ optimizer: undefined }, "train: optimizer must be an optimizer, got undefined"],
  ])("rejects %o", async (options, message) => {
    await expect(steps(model(), options).next()).rejects.toThrow(message);
  });

  it("rejects empty batches, such as a generator that was already used", async () => {
    await expect(steps(model(), { batches: [] }).next()).rejects.toThrow("train: batches has no batch");
    const batches = (function* () {
      yield 1;
    })();
    for await (const _ of steps(model(), { batches }));
    await expect(steps(model(), { batches }).next()).rejects.toThrow("A generator can be read only once");
  });

  it("trains variables unfrozen between two steps, and no longer those frozen", async () => {
    const parts = model();
    freeze(parts, (path) => path.startsWith("first."));
    const running = steps(parts);
    const start = values(parts.first);
    await running.next();
    expect(values(parts.first)).toEqual(start);
    unfreeze(parts);
    freeze(parts, (path) => path.startsWith("second."));
    const second = values(parts.second);
    await running.next();
    expect(values(parts.first)).not.toEqual(start);
    expect(values(parts.second)).toEqual(second);
    freeze(parts);
    await expect(running.next()).rejects.toThrow("train: the model has no trainable variable");
  });
});

describe("an update that throws", () => {
  const optimizers: [string, () => Optimizer][] = [
    ["adamW", () => adamW({ learningRate: 0.1 })],
    ["nadam", () => nadam()],
    ["muon", () => muon()],
    [
      "optimizerByPath",
      () => optimizerByPath([{ optimizer: muon(), updates: (path) => path !== "none" }, { optimizer: nadam() }]),
    ],
  ];

  it.each(optimizers)("of %s changes nothing", (_, make) => {
    const w = tf.variable(tf.ones([2, 2]));
    const optimizer = make();
    const variables = new Map([["w", w]]);
    const good = new Map([["w", tf.ones([2, 2])]]);
    optimizer.update(variables, good);
    const before = { step: optimizer.step, w: [...w.dataSync()], slots: slotsOf(optimizer) };
    for (const bad of [
      new Map([
        ["w", tf.ones([2, 2])],
        ["none", tf.ones([2, 2])],
      ]),
      new Map([["w", tf.ones([4])]]),
    ])
      expect(() => optimizer.update(variables, bad)).toThrow(/no variable of that path|has shape \[4\]/);
    expect({ step: optimizer.step, w: [...w.dataSync()], slots: slotsOf(optimizer) }).toEqual(before);
  });

  it("has a schedule that returns NaN", () => {
    const optimizer = adamW({ learningRate: () => NaN });
    const w = tf.variable(tf.scalar(1));
    expect(() => optimizer.update(new Map([["w", w]]), new Map([["w", tf.scalar(1)]]))).toThrow(
      "the rate of step 1 must be a number from 0, got NaN",
    );
    expect([optimizer.step, w.dataSync()[0]]).toEqual([0, 1]);
  });

  function slotsOf(optimizer: Optimizer): unknown {
    return [...optimizer.state().slots].map(([key, slot]) => [key, [...slot.dataSync()]]);
  }
});

it("has no norm to clip if there are no gradients", () => {
  expect(globalNorm([]).dataSync()[0]).toBe(0);
  const optimizer = nadam({ clipNorm: 1 });
  optimizer.update(new Map(), new Map());
  expect(optimizer.step).toBe(1);
});
