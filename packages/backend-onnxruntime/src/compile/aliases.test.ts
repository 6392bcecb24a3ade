import * as tf from "@tensorflow/tfjs-core";
import { runFusedUpdate } from "@bertkit/ops";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compile } from "./index.ts";
import { registerOnnxRuntime } from "../index.ts";

beforeAll(async () => {
  registerOnnxRuntime();
  await tf.setBackend("onnxruntime");
});
afterAll(() => registerOnnxRuntime());

const pair = (a: number, b: number) => tf.tensor1d([a, b]);
const square = (...values: number[]) => tf.tensor2d(values, [2, 2]);

/** Calls the compiled function and the function with each list of arguments; both must agree, and leave nothing. */
function expectSame(
  fn: (...inputs: readonly tf.Tensor[]) => tf.Tensor | tf.Tensor[],
  calls: readonly (() => readonly tf.Tensor[])[],
): void {
  const compiled = compile(fn);
  const memory: unknown[] = [];
  for (let round = 0; round < 4; round++) {
    for (const inputs of calls) {
      tf.tidy(() => {
        const given = inputs();
        const values = (of: typeof fn) => [of(...given)].flat().map((tensor) => [...tensor.dataSync()]);
        expect(values(compiled)).toEqual(values(fn));
      });
    }
    memory.push(tf.memory());
  }
  expect(memory.slice(1)).toEqual(memory.slice(0, -1));
}

describe("a compiled function that was traced with tensors that share memory", () => {
  it("distinguishes arguments that are clones or reshapes of each other", () => {
    const subtract = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.sub(a, b);
    const aliased = () => {
      const x = pair(3, 4);
      return [x, tf.clone(x)];
    };
    const different = () => [pair(1, 2), pair(5, 9)];
    expectSame(subtract, [aliased, different, aliased]);
    expectSame(
      (a: tf.Tensor, b: tf.Tensor) => tf.matMul(tf.reshape(a, [1, 2]), b as tf.Tensor2D),
      [
        () => {
          const x = pair(3, 4);
          return [x, tf.reshape(x, [2, 1])];
        },
        () => [pair(1, 2), tf.tensor2d([5, 9], [2, 1])],
      ],
    );
  });

  it("distinguishes one tensor given twice from two", () => {
    const same = () => {
      const x = pair(3, 4);
      return [x, x];
    };
    const different = () => [pair(1, 2), pair(5, 9)];
    const subtract = (a: tf.Tensor, b: tf.Tensor): tf.Tensor[] => [tf.sub(a, b), a, b];
    expectSame(subtract, [same, different, same]);
    expectSame(subtract, [different, same, different]);
  });

  it("distinguishes an argument from the variable that it is, or is a clone or view of", () => {
    const w = tf.variable(square(1, 2, 3, 4));
    const times = (x: tf.Tensor): tf.Tensor[] => [tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), x];
    const eye = () => [square(1, 0, 0, 1)];
    expectSame(times, [() => [tf.clone(w)], eye]);
    expectSame(times, [() => [w], eye]);
    expectSame(times, [() => [tf.reshape(tf.reshape(w, [4]), [2, 2])], eye]);
    expectSame((x: tf.Tensor) => tf.mul(x, tf.reshape(w, [4])), [() => [tf.reshape(w, [4])], () => [tf.ones([4])]]);
    const frozen = tf.variable(square(5, 6, 7, 8), false);
    const product = (x: tf.Tensor): tf.Tensor => tf.matMul(square(1, 0, 0, 1), x as tf.Tensor2D);
    expectSame(product, [() => [frozen], eye, () => [w], () => [frozen]]);
    tf.dispose([w, frozen]);
  });

  it("distinguishes variables that share values", () => {
    const student = tf.variable(pair(2, 2));
    const teacher = tf.variable(pair(0, 0));
    const both = (x: tf.Tensor): tf.Tensor[] => [tf.mul(x, student), tf.sub(teacher, student), teacher];
    const assigned = (values: () => void) => () => {
      values();
      return [pair(1, 1)];
    };
    const calls = [
      () => teacher.assign(student),
      () => student.assign(pair(7, 7)),
      () => teacher.assign(pair(4, 5)),
      () => student.assign(teacher),
      () => teacher.assign(pair(1, 2)),
    ].map(assigned);
    expectSame(both, calls);
    teacher.assign(student);
    expectSame((x: tf.Tensor) => tf.mul(x, student), calls);
    tf.dispose([student, teacher]);
  });

  it("distinguishes a variable from a captured clone, which stays as it was", () => {
    const w = tf.variable(pair(1, 2));
    const [old, flat] = [tf.clone(w), tf.reshape(w, [1, 2])];
    const change = compile((x: tf.Tensor) => [tf.sub(tf.add(w, x), old), tf.sub(tf.add(w, x), flat)]);
    const read = () => change(pair(0, 0)).map((tensor) => [...tensor.dataSync()]);
    expect(read()).toEqual([[0, 0], [0, 0]]); // prettier-ignore
    w.assign(pair(10, 20));
    expect(read()).toEqual([[9, 18], [9, 18]]); // prettier-ignore
    const captured = compile((x: tf.Tensor) => tf.sub(x, old));
    expect([...captured(tf.clone(old)).dataSync()]).toEqual([0, 0]);
    expect([...captured(pair(5, 5)).dataSync()]).toEqual([4, 3]);
    tf.dispose([w, old, flat]);
  });

  it("keeps the values of a captured clone while an optimizer changes the variable in place", () => {
    const [w, m, v] = tf.tidy(() => [pair(1, 2), tf.zeros([2]), tf.zeros([2])].map((x) => tf.variable(x))) as [
      tf.Variable,
      tf.Variable,
      tf.Variable,
    ];
    let steps = 0;
    const step = (): void =>
      tf.tidy(() => {
        const lists = { variables: [w], gradients: [tf.ones([2])], firstMoments: [m], secondMoments: [v] };
        const rates = { learningRate: 1, beta1: 0.9, beta2: 0.999, epsilon: 1e-6, weightDecays: [0] };
        const attributes = { ...lists, ...rates, clipNorm: Infinity, step: ++steps, biasCorrection: true };
        expect(runFusedUpdate("BertkitAdamW", () => attributes)).toBe(true);
      });
    step();
    const old = tf.clone(w);
    const change = compile((x: tf.Tensor) => tf.add(tf.sub(w, old), x));
    expect(change(pair(0, 0)).dataSync()).toBeAllClose([0, 0]);
    step();
    expect(change(pair(0, 0)).dataSync()).toBeAllClose([-1, -1], { absolute: 1e-3 });
    step();
    expect(change(pair(0, 0)).dataSync()).toBeAllClose([-2, -2], { absolute: 1e-3 });
    tf.dispose([w, m, v, old]);
  });
});

describe("a compiled function that was traced when its variables were in another backend, or did not exist", () => {
  it.each([undefined, { "0": { 0: "length" } }])("uses later values, with dynamic axes %j", async (dynamicAxes) => {
    await tf.setBackend("cpu");
    const w = tf.variable(pair(1, 2));
    const old = tf.clone(w);
    await tf.setBackend("onnxruntime");
    let made: tf.Variable | undefined;
    const layer = compile(
      (x: tf.Tensor) => tf.add(tf.mul(x, w), tf.sub(old, (made ??= tf.variable(pair(1, 1))))),
      dynamicAxes === undefined ? {} : { dynamicAxes },
    );
    const read = () => [...layer(tf.tensor2d([3, 4], [1, 2])).dataSync()];
    expect(read()).toEqual([3, 9]);
    w.assign(pair(10, 20));
    expect(read()).toEqual([30, 81]);
    made!.assign(pair(0, 0));
    expect(read()).toEqual([31, 82]);
    tf.dispose([w, old, made!]);
  });
});

describe("a compiled function that was traced with tensors of one value", () => {
  it.each([undefined, { "0": { 0: "length" } }])("uses later values, with dynamic axes %j", (dynamicAxes) => {
    const [bias, scale] = tf.tidy(() => [tf.variable(tf.fill([2], 0)), tf.variable(tf.fill([2], 1))]);
    const layer = compile(
      (x: tf.Tensor) => tf.add(tf.mul(x, scale!), tf.reshape(bias!, [1, 2])),
      dynamicAxes === undefined ? {} : { dynamicAxes },
    );
    expect([...layer(square(1, 2, 3, 4)).dataSync()]).toEqual([1, 2, 3, 4]);
    bias!.assign(pair(10, 20));
    expect([...layer(square(1, 2, 3, 4)).dataSync()]).toEqual([11, 22, 13, 24]);
    scale!.assign(pair(2, 3));
    expect([...layer(square(1, 2, 3, 4)).dataSync()]).toEqual([12, 26, 16, 32]);
    tf.dispose([bias!, scale!]);
  });

  it("uses later arguments", () => {
    const ones = () => [pair(3, 4), tf.fill([2], 1)];
    expectSame((a: tf.Tensor, b: tf.Tensor) => tf.mul(a, b), [ones, () => [pair(3, 4), pair(5, 6)], ones]);
  });
});

describe("a compiled function's trace", () => {
  it("does not dispose tensors that the function captured and returns", () => {
    const seven = tf.tensor1d([7]);
    const fn = compile((x: tf.Tensor) => ({ seven, twice: tf.mul(x, 2) }));
    for (let run = 0; run < 2; run++) tf.dispose(fn(pair(1, 2)));
    expect([...seven.dataSync()]).toEqual([7]);
  });

  it("leaves nothing, and the variables as they were, if the function throws", () => {
    const w = tf.variable(pair(1, 2));
    const other = tf.clone(w);
    const fails = compile((x: tf.Tensor) => {
      const y = tf.mul(x, w);
      if (x.rank === 1) throw new Error("no vectors");
      return tf.mul(y, y.dataSync()[0]!);
    });
    const x = pair(3, 4);
    const before = tf.memory();
    for (let run = 0; run < 3; run++) {
      expect(() => fails(x)).toThrow("no vectors");
      expect(() => tf.tidy(() => fails(tf.reshape(x, [1, 2])))).toThrow("reads values of tensors");
    }
    expect(tf.memory()).toEqual(before);
    expect([...tf.mul(x, w).dataSync()]).toEqual([3, 8]);
    w.assign(pair(5, 6));
    expect([[...other.dataSync()], [...w.dataSync()]]).toEqual([[1, 2], [5, 6]]); // prettier-ignore
    tf.dispose([w, other, x]);
  });
});
