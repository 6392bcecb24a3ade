import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeEach, expect, it } from "vitest";
import { compile, quantizeVariable } from "../compile/index.ts";
import { profilingOperators } from "../__fixtures__/operators-run.ts";

const operatorsRun = profilingOperators();
beforeEach(() => tf.setBackend("onnxruntime"));
afterAll(() => tf.setBackend("onnxruntime"));

const normal = (shape: [number, number], seed: number): tf.Tensor2D =>
  tf.randomNormal<tf.Rank.R2>(shape, 0, 0.1, "float32", seed);
const bounds = { absolute: 0.02, relative: 0 };

it("computes products and lookups with bytes in a compiled function, and with the rounded values outside", () => {
  const [table, kernel] = [tf.variable(normal([300, 64], 1)), tf.variable(normal([64, 256], 2))];
  const bias = tf.variable(tf.randomNormal<tf.Rank.R1>([256], 0, 1, "float32", 3));
  const fn = ({ ids }: { ids: tf.Tensor2D }) => {
    const rows = tf.gather(table, tf.reshape(ids, [-1]));
    const hidden = tf.add(tf.matMul(rows, kernel), bias);
    return { hidden, back: tf.matMul(tf.matMul(hidden as tf.Tensor2D, kernel, false, true), table, false, true) };
  };
  const ids = tf.tensor2d([3, 1, 4, 1, 5, 299], [2, 3], "int32");
  const before = fn({ ids });
  quantizeVariable(table, 0);
  quantizeVariable(kernel, 1);
  expect(kernel.trainable).toBe(false);
  const plain = fn({ ids });
  expect(plain.hidden.dataSync()).toBeAllClose(before.hidden.dataSync(), bounds);
  operatorsRun();
  const compiled = compile(fn, { dynamicAxes: { "0.ids": { 0: "batch", 1: "tokens" } } });
  const inBytes = compiled({ ids });
  expect(inBytes.hidden.dataSync()).toBeAllClose(before.hidden.dataSync(), bounds);
  expect(inBytes.back.dataSync()).toBeAllClose(before.back.dataSync(), { absolute: 0.1, relative: 0 });
  const counted = operatorsRun().filter((name) => /MatMul/.test(name));
  expect(counted).toContain("MatMulIntegerToFloat");
  tf.dispose([table, kernel, bias]);
});

it("uses values that are assigned later, and rejects anything but a matrix of the Node backend", async () => {
  const kernel = tf.variable(normal([64, 256], 2));
  const compiled = compile((x: tf.Tensor2D) => tf.matMul(x, kernel), { dynamicAxes: { "0": { 0: "rows" } } });
  const x = normal([3, 64], 5);
  quantizeVariable(kernel, 1);
  quantizeVariable(kernel, 1);
  compiled(x);
  kernel.assign(normal([64, 256], 7));
  expect(compiled(x).dataSync()).toBeAllClose(tf.matMul(x, normal([64, 256], 7)).dataSync(), { absolute: 1e-5 });
  expect(() => quantizeVariable(tf.variable(tf.zeros([3])), 0)).toThrow("must be a float32 matrix, got float32 [3]");
  await tf.setBackend("cpu");
  expect(() => quantizeVariable(kernel, 1)).toThrow("needs the Node backend, got cpu");
});

it.each([undefined, { "0": { 0: "rows" } }])(
  "is read by a compiled function with dynamic axes %j, before and after, as a variable, an argument or a result",
  (dynamicAxes) => {
    const kernel = tf.variable(normal([4, 4], 2));
    const fn = (x: tf.Tensor2D) => [tf.matMul(x, kernel), x, kernel];
    const compiled = compile(fn, dynamicAxes === undefined ? {} : { dynamicAxes });
    const near = dynamicAxes === undefined ? { absolute: 1e-6 } : { absolute: 1e-3 }; // products of bytes
    const check = (x: tf.Tensor2D): void => {
      const expected = fn(x);
      compiled(x).forEach((tensor, i) => expect(tensor.dataSync()).toBeAllClose(expected[i]!.dataSync(), near));
    };
    const x = normal([3, 4], 5);
    check(x);
    quantizeVariable(kernel, 1);
    check(x);
    check(kernel);
    const before = tf.memory();
    for (let run = 0; run < 3; run++) tf.tidy(() => check(x));
    expect(tf.memory()).toEqual(before);
    kernel.assign(normal([4, 4], 7));
    check(x);
    quantizeVariable(kernel, 0);
    check(x);
    tf.dispose([kernel, x]);
  },
);
