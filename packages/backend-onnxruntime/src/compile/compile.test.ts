import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { compile } from "./index.ts";
import { registerOnnxRuntime, type OnnxRuntimeBackend } from "../index.ts";

let backend: OnnxRuntimeBackend;
beforeEach(async () => {
  registerOnnxRuntime();
  await tf.setBackend("onnxruntime");
  backend = tf.backend() as OnnxRuntimeBackend;
});
afterAll(() => registerOnnxRuntime());

const row = (...values: number[]) => tf.tensor2d([values]);

describe("compile", () => {
  it("traces the function once for each shape and returns its results", () => {
    const weight = tf.variable(
      tf.tensor2d([
        [1, 2],
        [3, 4],
      ]),
    );
    let calls = 0;
    const layer = compile((x: tf.Tensor2D) => {
      calls++;
      return tf.add(tf.relu(tf.matMul(x, weight as tf.Tensor2D)), tf.scalar(1));
    });
    for (let i = -3; i < 8; i++) {
      const [left, right] = [Math.max(0, i + 6), Math.max(0, 2 * i + 8)];
      expect(layer(row(i, 2)).arraySync()).toEqual([[left + 1, right + 1]]);
    }
    expect(calls).toBe(1);
    expect(
      layer(
        tf.tensor2d([
          [1, 0],
          [0, 1],
        ]),
      ).arraySync(),
    ).toEqual([
      [2, 3],
      [4, 5],
    ]);
    expect(calls).toBe(2);
  });

  it("sees assignments to variables, between runs as constants too", () => {
    const weight = tf.variable(tf.tensor2d([[1], [1]]));
    const old = tf.clone(weight);
    const sum = compile((x: tf.Tensor2D) => tf.matMul(x, weight as tf.Tensor2D));
    for (let run = 0; run < 6; run++) expect(sum(row(run, 1)).dataSync()[0]).toBe(run + 1);
    expect(backend.stats().packed).toBe(1);
    for (let run = 0; run < 6; run++) {
      weight.assign(tf.tensor2d([[run], [10]]));
      expect(sum(row(2, 1)).dataSync()[0]).toBe(2 * run + 10);
    }
    expect(Array.from(old.dataSync())).toEqual([1, 1]);
  });

  it("returns arrays and objects, views, arguments and constants among them", () => {
    const both = compile((x: tf.Tensor2D, y: tf.Tensor2D) => ({
      flat: tf.reshape(tf.add(x, y), [-1]),
      square: tf.add(x, y),
      same: x,
      fixed: tf.tensor1d([7]),
    }));
    for (let run = 0; run < 3; run++) {
      const [x, y] = [row(run, 1), row(5, 5)];
      const { flat, square, same, fixed } = both(x, y);
      expect(flat!.shape).toEqual([2]);
      expect(Array.from(flat!.dataSync())).toEqual([run + 5, 6]);
      expect(Array.from(square!.dataSync())).toEqual([run + 5, 6]);
      expect(Array.from(fixed!.dataSync())).toEqual([7]);
      tf.dispose([x, flat!]);
      expect(Array.from(same!.dataSync())).toEqual([run, 1]);
    }
    const [a, b] = compile((x: tf.Tensor2D) => [tf.neg(x), tf.exp(x)] as const)(row(0, 1));
    expect(Array.from(a.dataSync())).toEqual([-0, -1]);
    expect(b.dataSync()[0]).toBe(1);
  });

  it("accepts pending tensors as arguments, and leaks no tensor or memory", () => {
    const twice = compile((x: tf.Tensor) => tf.mul(x, 2));
    const call = (value: number) => {
      const x = tf.tidy(() => tf.add(tf.fill([64, 64], value), 1));
      const y = twice(x);
      expect(y.dataSync()[0]).toBe(2 * (value + 1));
      tf.dispose([x, y]);
    };
    call(0);
    const before = { tensors: tf.memory().numTensors, data: backend.numDataIds() };
    for (let i = 0; i < 50; i++) call(i);
    expect({ tensors: tf.memory().numTensors, data: backend.numDataIds() }).toEqual(before);
  });

  it("accepts objects, numbers and omitted arguments, and distinguishes them", () => {
    let calls = 0;
    const scaled = compile((inputs: { x: tf.Tensor; mask?: tf.Tensor }, factor: number, more: boolean[] = []) => {
      calls++;
      const masked = inputs.mask === undefined ? inputs.x : tf.mul(inputs.x, inputs.mask);
      return tf.mul(masked, factor + more.length);
    });
    const [x, mask] = [row(1, 2), row(1, 0)];
    for (let run = 0; run < 2; run++) {
      expect(scaled({ x }, 2).arraySync()).toEqual([[2, 4]]);
      expect(scaled(Object.assign(Object.create(null), { x }) as { x: tf.Tensor }, 2).arraySync()).toEqual([[2, 4]]);
      expect(scaled({ x, mask }, 2).arraySync()).toEqual([[2, 0]]);
      expect(scaled({ x, mask: x }, 2).arraySync()).toEqual([[2, 8]]);
      expect(scaled({ x, mask }, 3, [true]).arraySync()).toEqual([[4, 0]]);
    }
    expect(calls).toBe(4);
    expect(() => compile((date: Date) => tf.scalar(date.getTime()))(new Date())).toThrow(/got Date/);
  });

  it("distinguishes strings and zeros", () => {
    const count = compile((names: readonly string[], x: tf.Tensor) => tf.mul(x, names.length));
    expect(count(["a", "b"], row(1)).dataSync()[0]).toBe(2);
    expect(count(["a,string b"], row(1)).dataSync()[0]).toBe(1);
    const divided = compile((zero: number, x: tf.Tensor) => tf.mul(x, 1 / zero));
    expect([0, -0].map((zero) => divided(zero, row(1)).dataSync()[0])).toEqual([Infinity, -Infinity]);
  });

  it("calls the function itself for tensors without elements; the results are the caller's", () => {
    const weight = tf.variable(tf.ones<tf.Rank.R2>([2, 3]));
    const call = compile((x: tf.Tensor2D) => ({ y: tf.relu(tf.matMul(x, weight as tf.Tensor2D)), x, weight }));
    const empty = tf.zeros<tf.Rank.R2>([0, 2]);
    for (let run = 0; run < 2; run++) {
      const results = call(empty);
      expect(results.y.shape).toEqual([0, 3]);
      tf.dispose(results);
    }
    expect(call(row(1, 2)).y.arraySync()).toEqual([[3, 3, 3]]);
    expect([empty.isDisposed, weight.isDisposed]).toEqual([false, false]);
  });

  it.each([undefined, { "0": { 0: "rows" } }])(
    "rejects assignments to variables, dynamic axes %j",
    async (dynamicAxes) => {
      const options = dynamicAxes && { dynamicAxes };
      const weight = tf.variable(tf.tensor1d([7, 8]), true, `assigned ${JSON.stringify(dynamicAxes)}`);
      const clone = tf.clone(weight);
      await tf.setBackend("cpu");
      const elsewhere = tf.variable(tf.tensor1d([3, 4]));
      await tf.setBackend("onnxruntime");
      const descent = tf.train.sgd(0.1);
      const loss = (x: tf.Tensor) => tf.sum<tf.Scalar>(tf.square(tf.sub(tf.mul(x, tf.add(weight, elsewhere)), 1)));
      const step = compile((x: tf.Tensor) => descent.minimize(() => loss(x), true)!, options);
      const counter = compile((x: tf.Tensor) => {
        weight.assign(tf.add(weight, 1));
        return tf.add(x, weight);
      }, options);
      const before = tf.memory().numTensors;
      for (let run = 0; run < 2; run++) {
        for (const call of [step, counter])
          expect(() => tf.tidy(() => call(row(1, 1)))).toThrow(
            /^compile: the function assigns the variable .*assigned /,
          );
        expect([weight, clone, elsewhere].map((tensor) => [...tensor.dataSync()])).toEqual([[7, 8], [7, 8], [3, 4]]); // prettier-ignore
      }
      expect(tf.memory().numTensors).toBe(before);
      descent.minimize(() => loss(row(1, 1)));
      expect([...weight.dataSync()]).not.toEqual([7, 8]);
      tf.dispose([weight, clone, elsewhere]);
    },
  );

  it.each([undefined, { "0": { 0: "rows" } }])("computes what the function keeps, dynamic axes %j", (dynamicAxes) => {
    const five = tf.variable(tf.tensor1d([5, 6]));
    let [kept, ofInput]: (tf.Tensor | undefined)[] = [];
    const call = compile((x: tf.Tensor) => {
      ofInput ??= tf.keep(tf.mul(x, 3));
      return tf.mul(x, (kept ??= tf.keep(tf.mul(five, 2))));
    }, dynamicAxes && { dynamicAxes });
    for (const x of [row(1, 2), row(3, 4), tf.ones([2, 2])])
      expect(call(x).dataSync()).toEqual(tf.mul(x, [10, 12]).dataSync());
    expect([...kept!.dataSync()]).toEqual([10, 12]);
    expect([...tf.add(kept!, 1).dataSync()]).toEqual([11, 13]);
    if (dynamicAxes === undefined) expect([...ofInput!.dataSync()]).toEqual([3, 6]);
    else expect(() => tf.add(ofInput!, 1).dataSync()).toThrow(/a function that was compiled or exported kept it/);
    tf.dispose([five, kept!, ofInput!]);
  });

  it.each([undefined, { "0": { 0: "rows" } }])("may be a teacher in a loss, dynamic axes %j", (dynamicAxes) => {
    const [student, scale] = [tf.variable(tf.tensor1d([1, 2])), tf.variable(tf.tensor1d([0, 0]))];
    const teacher = (x: tf.Tensor) => tf.tanh(tf.mul(tf.square(x), tf.exp(scale))); // the tape keeps what it reads
    const call = compile(teacher, dynamicAxes && { dynamicAxes });
    const loss = (of: typeof teacher) => {
      const { value, grads } = tf.variableGrads(() => tf.sum(tf.mul(student, of(row(3, 4)))), [student]);
      return [value, ...Object.values(grads)].flatMap((tensor) => [...tensor.dataSync()]);
    };
    for (const values of [
      [0, 0],
      [0.1, 0.2],
      [-4, -3],
    ]) {
      scale.assign(tf.tensor1d(values));
      expect(loss(call)).toBeAllClose(loss(teacher), { absolute: 1e-6 });
    }
    tf.dispose([student, scale]);
  });

  it("may call another compiled function", () => {
    const square = compile((x: tf.Tensor2D) => tf.square(x));
    const both = compile((x: tf.Tensor2D) => tf.add(square(x), x));
    for (let run = 0; run < 3; run++) expect(both(row(run, 2)).arraySync()).toEqual([[run * run + run, 6]]);
    expect(square(row(5, 6)).arraySync()).toEqual([[25, 36]]);
  });

  it("calls the function itself on another backend, and works again after switching back", async () => {
    const square = compile((x: tf.Tensor2D) => tf.square(x));
    expect(square(row(3, 4)).arraySync()).toEqual([[9, 16]]);
    await tf.setBackend("cpu");
    expect(square(row(3, 5)).arraySync()).toEqual([[9, 25]]);
    await tf.setBackend("onnxruntime");
    expect(square(row(3, 6)).arraySync()).toEqual([[9, 36]]);
  });

  it("rejects what a graph cannot compute, with the reason", () => {
    const reads = compile((x: tf.Tensor2D) => tf.mul(x, x.dataSync()[0]!));
    expect(() => reads(row(1, 2))).toThrow(/reads values of tensors/);
    const inJavaScript = compile((x: tf.Tensor2D) => tf.unique(tf.reshape(x, [-1])).values);
    expect(() => inJavaScript(row(1, 2))).toThrow(/kernels that run in JavaScript.*Unique/);
    const nothing = compile((() => "text") as never);
    expect(() => (nothing as (x: tf.Tensor) => unknown)(row(1))).toThrow(/must return a tensor/);
    expect(tf.square(row(3)).dataSync()[0]).toBe(9);
  });
});
