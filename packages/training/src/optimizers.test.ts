// Every optimizer against a transcription of its source, in float64, over 100 updates.
import { Rng } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";

import {
  adafactor,
  type AdafactorOptions,
  adamW,
  lamb,
  layerwiseRates,
  nadam,
  sgd,
  type Optimizer,
  warmupConstant,
  warmupCosineDecay,
  warmupPolynomialDecay,
  warmupTrapezoid,
} from "./index.ts";

beforeAll(() => tf.setBackend("cpu"));

const shapes = { "encoder.layers.0.kernel": [4, 6], "encoder.layers.0.bias": [6], "head.kernel": [6, 3] } as const;
type Path = keyof typeof shapes;
const paths = Object.keys(shapes) as Path[];
type Values = Record<Path, number[]>;

function drawn(rng: Rng, scale: number): Values {
  const values = (path: Path) =>
    Array.from({ length: shapes[path].reduce((a, b) => a * b, 1) }, () => Math.fround(scale * rng.normal()));
  return Object.fromEntries(paths.map((path) => [path, values(path)])) as Values;
}

const initial = drawn(new Rng(1), 0.1);
const gradients = Array.from({ length: 100 }, (_, i) => drawn(new Rng(100 + i), 0.05));

/** The weights after 100 updates with an optimizer. */
function updated(optimizer: Optimizer): Values {
  const weights = new Map(paths.map((path) => [path, tf.variable(tf.tensor(initial[path], [...shapes[path]]))]));
  for (const step of gradients)
    tf.tidy(() =>
      optimizer.update(weights, new Map(paths.map((path) => [path, tf.tensor(step[path], [...shapes[path]])]))),
    );
  const values = paths.map((path) => [path, [...weights.get(path)!.dataSync()]]);
  optimizer.dispose();
  tf.dispose([...weights.values()]);
  return Object.fromEntries(values) as Values;
}

/** The same with a transcription, which updates the parameters of one path in place. */
function transcribed(
  update: (p: number[], g: number[], state: Record<string, number[]>, t: number, path: Path) => void,
  clip = Infinity,
): Values {
  const weights = Object.fromEntries(paths.map((path) => [path, [...initial[path]]])) as Values;
  const states = Object.fromEntries(paths.map((path) => [path, {}])) as Record<Path, Record<string, number[]>>;
  gradients.forEach((step, i) => {
    const norm = Math.hypot(...paths.flatMap((path) => step[path]));
    const scale = Math.min(1, clip / norm);
    for (const path of paths) {
      const g = step[path].map((value) => value * scale);
      update(weights[path], g, states[path], i + 1, path);
    }
  });
  return weights;
}

function expectEqual(optimizer: Optimizer, expected: Values): void {
  const found = updated(optimizer);
  for (const path of paths) expect(found[path]).toBeAllClose(expected[path], { absolute: 1e-6, relative: 0 });
}

const decays = (path: string): boolean => !path.endsWith("bias");
const norm = (values: number[]): number => Math.hypot(...values);
const zeros = (like: number[]): number[] => like.map(() => 0);

describe("over 100 updates, to 1e-6", () => {
  it("adamW in Google's dialect: google-research/bert, optimization.py, AdamWeightDecayOptimizer", () => {
    const expected = transcribed((param, grad, s, _, path) => {
      s["m"] ??= zeros(param);
      s["v"] ??= zeros(param);
      param.forEach((value, i) => {
        const nextM = 0.9 * s["m"]![i]! + (1 - 0.9) * grad[i]!;
        const nextV = 0.999 * s["v"]![i]! + (1 - 0.999) * grad[i]! ** 2;
        let update = nextM / (Math.sqrt(nextV) + 1e-6);
        if (decays(path)) update += 0.01 * value;
        param[i] = value - 2e-4 * update;
        s["m"]![i] = nextM;
        s["v"]![i] = nextV;
      });
    }, 1);
    expectEqual(adamW({ learningRate: 2e-4, dialect: "google" }), expected);
  });

  it("adamW in PyTorch's dialect: torch/optim/adamw.py, _single_tensor_adamw", () => {
    const [lr, beta1, beta2, eps, weightDecay] = [1e-3, 0.9, 0.999, 1e-8, 0.01];
    const expected = transcribed((param, grad, s, step) => {
      s["expAvg"] ??= zeros(param);
      s["expAvgSq"] ??= zeros(param);
      param.forEach((value, i) => {
        value *= 1 - lr * weightDecay;
        s["expAvg"]![i]! += (grad[i]! - s["expAvg"]![i]!) * (1 - beta1);
        s["expAvgSq"]![i] = s["expAvgSq"]![i]! * beta2 + (1 - beta2) * grad[i]! * grad[i]!;
        const stepSize = lr / (1 - beta1 ** step);
        const denom = Math.sqrt(s["expAvgSq"]![i]!) / Math.sqrt(1 - beta2 ** step) + eps;
        param[i] = value - (stepSize * s["expAvg"]![i]!) / denom;
      });
    });
    expectEqual(adamW({ learningRate: lr, dialect: "pytorch" }), expected);
  });

  it.each([
    [false, "google-research/albert, lamb_optimizer.py"],
    [true, "You et al., 2019, algorithm 2"],
  ])("lamb with bias correction %s: %s", (biasCorrection) => {
    const expected = transcribed((param, grad, s, step, path) => {
      s["m"] ??= zeros(param);
      s["v"] ??= zeros(param);
      const update = param.map((value, i) => {
        s["m"]![i] = 0.9 * s["m"]![i]! + (1 - 0.9) * grad[i]!;
        s["v"]![i] = 0.999 * s["v"]![i]! + (1 - 0.999) * grad[i]! ** 2;
        const [m, v] = biasCorrection
          ? [s["m"]![i]! / (1 - 0.9 ** step), s["v"]![i]! / (1 - 0.999 ** step)]
          : [s["m"]![i]!, s["v"]![i]!];
        return m / (Math.sqrt(v) + 1e-6) + (decays(path) ? 0.01 * value : 0);
      });
      let ratio = 1;
      if (decays(path)) {
        const [wNorm, gNorm] = [norm(param), norm(update)];
        ratio = wNorm > 0 ? (gNorm > 0 ? wNorm / gNorm : 1) : 1;
      }
      param.forEach((value, i) => (param[i] = value - ratio * 1e-3 * update[i]!));
    }, 1);
    expectEqual(lamb({ learningRate: 1e-3, biasCorrection }), expected);
  });

  it.each([
    [0, false],
    [0.9, false],
    [0.9, true],
  ])("sgd with momentum %f, nesterov %s: torch/optim/sgd.py, _single_tensor_sgd", (momentum, nesterov) => {
    const expected = transcribed((param, grad, s) => {
      grad = grad.map((value, i) => value + 0.1 * param[i]!);
      if (momentum !== 0) {
        const before = s["buf"];
        const buf = before === undefined ? [...grad] : before.map((value, i) => value * momentum + grad[i]!);
        s["buf"] = buf;
        grad = nesterov ? grad.map((value, i) => value + momentum * buf[i]!) : buf;
      }
      param.forEach((value, i) => (param[i] = value - 0.01 * grad[i]!));
    });
    expectEqual(sgd({ learningRate: 0.01, momentum, nesterov, weightDecay: 0.1 }), expected);
  });

  it.each<[AdafactorOptions & { learningRate?: number }, string]>([
    [{}, "by its own rate"],
    [{ learningRate: 1e-3, scaleParameter: false, beta1: 0.9, weightDecay: 0.1, clipThreshold: 0.5 }, "all options"],
  ])("adafactor: transformers, optimization.py, Adafactor: %o, %s", (options) => {
    const { learningRate, scaleParameter = true, beta1 = 0, weightDecay = 0, clipThreshold = 1 } = options;
    const rms = (values: number[]): number => norm(values) / Math.sqrt(values.length);
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const expected = transcribed((param, grad, s, step, path) => {
      const [rows, columns] = shapes[path].length === 2 ? shapes[path] : [0, 0];
      const relStepSz = learningRate ?? Math.min(1e-2, 1 / Math.sqrt(step));
      const lr = (scaleParameter ? Math.max(1e-3, rms(param)) : 1) * relStepSz;
      const beta2t = 1 - step ** -0.8;
      const square = grad.map((value) => value ** 2 + 1e-30);
      let update: number[];
      if (rows! > 0) {
        const at = (i: number, j: number): number => square[i * columns! + j]!;
        s["row"] ??= Array<number>(rows!).fill(0);
        s["col"] ??= Array<number>(columns!).fill(0);
        const [row, col] = [s["row"]!, s["col"]!];
        row.forEach((value, i) => (row[i] = value * beta2t + (1 - beta2t) * mean(col.map((_, j) => at(i, j)))));
        col.forEach((value, j) => (col[j] = value * beta2t + (1 - beta2t) * mean(row.map((_, i) => at(i, j)))));
        const rowMean = mean(row);
        const inverse = (i: number, j: number): number => (row[i]! / rowMean) ** -0.5 * col[j]! ** -0.5;
        update = grad.map((value, k) => inverse(Math.floor(k / columns!), k % columns!) * value);
      } else {
        const v = (s["v"] ??= zeros(param));
        v.forEach((value, i) => (v[i] = value * beta2t + (1 - beta2t) * square[i]!));
        update = grad.map((value, i) => value / Math.sqrt(v[i]!));
      }
      const over = Math.max(1, rms(update) / clipThreshold);
      update = update.map((value) => (value / over) * lr);
      if (beta1 > 0) {
        const m = (s["m"] ??= zeros(param));
        m.forEach((value, i) => (m[i] = value * beta1 + (1 - beta1) * update[i]!));
        update = m;
      }
      param.forEach((value, i) => (param[i] = value - weightDecay * lr * value - update[i]!));
    });
    expectEqual(adafactor({ ...options, decays: () => true }), expected);
  });

  it("nadam: keras/optimizers/nadam.py, update_step", () => {
    let uProduct = 1;
    let last = 0;
    const expected = transcribed((param, grad, s, step) => {
      const decay = 0.96;
      const uT = 0.9 * (1 - 0.5 * decay ** step);
      const uT1 = 0.9 * (1 - 0.5 * decay ** (step + 1));
      if (step !== last) uProduct *= uT; // once an iteration
      last = step;
      s["m"] ??= zeros(param);
      s["v"] ??= zeros(param);
      param.forEach((value, i) => {
        s["m"]![i]! += (grad[i]! - s["m"]![i]!) * (1 - 0.9);
        s["v"]![i]! += (grad[i]! ** 2 - s["v"]![i]!) * (1 - 0.999);
        const mHat = (uT1 * s["m"]![i]!) / (1 - uProduct * uT1) + ((1 - uT) * grad[i]!) / (1 - uProduct);
        const vHat = s["v"]![i]! / (1 - 0.999 ** step);
        param[i] = value - (mHat * 1e-3) / (Math.sqrt(vHat) + 1e-7);
      });
    });
    expectEqual(nadam(), expected);
  });

  it("rates by path: google-research/electra, model/optimization.py, _get_layer_lrs", () => {
    // key_to_depths of one layer: embeddings 0, layer_0 1, pooler 2, task_specific 3; rate · decay^(1 + 2 − depth)
    const factor: Record<Path, number> = {
      "encoder.layers.0.kernel": 0.8 ** 2,
      "encoder.layers.0.bias": 0.8 ** 2,
      "head.kernel": 1,
    };
    const expected = transcribed((param, grad, _, __, path) =>
      param.forEach((value, i) => (param[i] = value - factor[path] * 0.01 * grad[i]!)),
    );
    const rateOf = layerwiseRates({ layers: 1, decay: 0.8 });
    expectEqual(sgd({ learningRate: 0.01, rateOf }), expected);
    expect(["encoder.embeddings.word.table", "encoder.pooler.dense.kernel"].map(rateOf)).toBeAllClose([0.8 ** 3, 0.8]);
    const whole = updated(adamW({ learningRate: 1e-3, rateOf: () => 1 }));
    for (const path of paths) expect(updated(adamW({ learningRate: 1e-3 }))[path]).toBeAllClose(whole[path]);
  });
});

describe("schedules, by transformers' optimization.py", () => {
  const rates = (schedule: (step: number) => number): number[] => Array.from({ length: 14 }, (_, k) => schedule(k + 1));
  const lambdas = (lambda: (currentStep: number) => number): number[] =>
    Array.from({ length: 14 }, (_, k) => lambda(k));
  const options = { peak: 2, warmupSteps: 3, totalSteps: 12 };
  const rise = (currentStep: number): number => currentStep / Math.max(1, 3);

  it("constant, cosine, polynomial", () => {
    expect(rates(warmupConstant(options))).toBeAllClose(lambdas((step) => 2 * (step < 3 ? rise(step) : 1)));
    expect(rates(warmupCosineDecay(options))).toBeAllClose(
      lambdas((step) => {
        if (step < 3) return 2 * rise(step);
        const progress = Math.min(1, (step - 3) / Math.max(1, 12 - 3));
        return 2 * Math.max(0, 0.5 * (1 + Math.cos(Math.PI * 0.5 * 2 * progress)));
      }),
    );
    expect(rates(warmupPolynomialDecay({ ...options, power: 2, end: 0.5 }))).toBeAllClose(
      lambdas((step) => {
        if (step < 3) return 2 * rise(step);
        if (step > 12) return 0.5;
        const remaining = 1 - (step - 3) / (12 - 3);
        return (2 - 0.5) * remaining ** 2 + 0.5;
      }),
    );
  });

  it("trapezoid", () => {
    expect(rates(warmupTrapezoid({ ...options, decaySteps: 4 }))).toBeAllClose(
      [0, 1 / 3, 2 / 3, 1, 1, 1, 1, 1, 1, 0.75, 0.5, 0.25, 0, 0].map((share) => 2 * share),
    );
    expect(() => warmupTrapezoid({ ...options, decaySteps: 10 })).toThrow(
      "warmupTrapezoid: warmupSteps and decaySteps must be at most totalSteps 12 together, got 13.",
    );
    expect(() => warmupPolynomialDecay({ ...options, end: 3 })).toThrow("end must be at most peak 2, got 3");
  });
});
