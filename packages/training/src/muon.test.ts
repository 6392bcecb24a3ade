import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { Rng } from "@bertkit/nn";

import { muon } from "./muon.ts";
import type { Optimizer } from "./optimizer.ts";

beforeAll(() => tf.setBackend("cpu"));

type Matrix = number[][];

const times = (x: Matrix, y: Matrix): Matrix =>
  x.map((row) => y[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * y[k]![j]!, 0)));
const transposed = (x: Matrix): Matrix => x[0]!.map((_, j) => x.map((row) => row[j]!));
const combined = (x: Matrix, a: number, y: Matrix, b: number): Matrix =>
  x.map((row, i) => row.map((value, j) => a * value + b * y[i]![j]!));

/** zeropower_via_newtonschulz5 of KellerJordan/Muon, line by line, in float64 instead of bfloat16. */
function newtonSchulz(g: Matrix, steps: number): Matrix {
  const [a, b, c] = [3.4445, -4.775, 2.0315];
  const tall = g.length > g[0]!.length;
  let x = tall ? transposed(g) : g;
  const norm = Math.sqrt(x.flat().reduce((sum, value) => sum + value * value, 0)) + 1e-7;
  x = x.map((row) => row.map((value) => value / norm));
  for (let step = 0; step < steps; step++) {
    const product = times(x, transposed(x));
    const polynomial = combined(product, b, times(product, product), c);
    x = combined(x, a, times(polynomial, x), 1);
  }
  return tall ? transposed(x) : x;
}

/** muon_update and SingleDeviceMuon.step of the same file; its matrices are [out, in]. */
function sourceStep(parameter: Matrix, gradient: Matrix, buffer: Matrix, rate: number, decay: number) {
  const momentum = combined(buffer, 0.95, gradient, 0.05);
  const looked = combined(gradient, 0.05, momentum, 0.95);
  const scale = Math.sqrt(Math.max(1, gradient.length / gradient[0]!.length));
  const update = newtonSchulz(looked, 5);
  return { momentum, parameter: combined(parameter, 1 - rate * decay, update, -rate * scale) };
}

const random = (rng: Rng, rows: number, columns: number): Matrix =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, () => rng.normal()));
const zeros = (rows: number, columns: number): Matrix =>
  random(new Rng(0), rows, columns).map((row) => row.map(() => 0));

/** Two matrices of the same shape, because their updates are computed together; a wide one; a tall one. */
const shapes: [rows: number, columns: number][] = [
  [6, 6],
  [6, 6],
  [4, 8],
  [8, 4],
];

function model(seed: number): Map<string, tf.Variable> {
  const rng = new Rng(seed);
  return new Map(shapes.map(([rows, columns], i) => [`w${i}`, tf.variable(tf.tensor2d(random(rng, rows, columns)))]));
}

function steps(optimizer: Optimizer, variables: Map<string, tf.Variable>, rng: Rng, count: number): void {
  for (let step = 0; step < count; step++) {
    tf.tidy(() => {
      const gradients = new Map(shapes.map(([r, c], i) => [`w${i}`, tf.tensor2d(random(rng, r, c))]));
      optimizer.update(variables, gradients);
    });
  }
}

const valuesOf = (variables: Map<string, tf.Variable>) => [...variables.values()].map((value) => value.dataSync());

describe("muon", () => {
  it("equals its source over 100 steps", () => {
    const variables = model(1);
    const schedule = (step: number) => 0.02 * (1 - step / 200);
    const optimizer = muon({ learningRate: schedule, weightDecay: 0.1 });
    const rng = new Rng(2);
    let expected = [...variables.values()].map((variable) => transposed(variable.arraySync() as Matrix));
    const lasting = shapes.map(([rows, columns]) => random(rng, rows, columns)); // without it the momentum would be noise
    let buffers = shapes.map(([rows, columns]) => zeros(columns, rows));
    for (let step = 1; step <= 100; step++) {
      const gradients = shapes.map(([rows, columns], i) => combined(random(rng, rows, columns), 1, lasting[i]!, 1));
      const next = expected.map((parameter, i) =>
        sourceStep(parameter, transposed(gradients[i]!), buffers[i]!, schedule(step), 0.1),
      );
      expected = next.map(({ parameter }) => parameter);
      buffers = next.map(({ momentum }) => momentum);
      tf.tidy(() => optimizer.update(variables, new Map(gradients.map((g, i) => [`w${i}`, tf.tensor2d(g)]))));
    }
    [...variables.values()].forEach((variable, i) => {
      expect(variable.dataSync()).toBeAllClose(transposed(expected[i]!).flat(), { absolute: 1e-4 });
    });
    expect(optimizer.step).toBe(100);
    expect(optimizer.learningRate).toBeCloseTo(0.01);
  });

  it("resumes from its state with the same result, and leaks no tensors", () => {
    const make = () => muon({ learningRate: 0.02 });
    const whole = model(3);
    const first = make();
    const rng = new Rng(4);
    steps(first, whole, rng, 5);
    const before = tf.memory().numTensors;
    const copy = new Map([...whole].map(([path, variable]) => [path, tf.tidy(() => tf.variable(tf.clone(variable)))]));
    const second = make();
    second.restore(first.state());
    const state = rng.state();
    steps(first, whole, rng, 4);
    steps(second, copy, Rng.fromState(state), 4);
    expect(valuesOf(copy)).toEqual(valuesOf(whole));
    second.dispose();
    for (const variable of copy.values()) variable.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("rejects a variable that is not a matrix, and a gradient without a variable", () => {
    const bias = new Map([["a.bias", tf.variable(tf.zeros([3]))]]);
    expect(() => muon().update(bias, new Map([["a.bias", tf.ones([3])]]))).toThrow(/"a.bias" has shape \[3\]/);
    expect(() => muon().update(new Map(), new Map([["w", tf.ones([3, 3])]]))).toThrow(/no variable of that path/);
  });
});
