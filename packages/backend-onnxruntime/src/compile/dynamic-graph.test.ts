import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { embeddingLookup, gatherPositions } from "@bertkit/ops";
import { compile } from "./index.ts";
import { registerOnnxRuntime, type OnnxRuntimeBackend } from "../index.ts";

let backend: OnnxRuntimeBackend;
beforeEach(async () => {
  registerOnnxRuntime();
  await tf.setBackend("onnxruntime");
  backend = tf.backend() as OnnxRuntimeBackend;
});
afterAll(() => registerOnnxRuntime());

const [heads, size] = [2, 8] as const;
const weights = () =>
  ["query", "key", "value", "output"].map((_, i) =>
    tf.variable(tf.randomNormal<tf.Rank.R2>([size, size], 0, 0.5, "float32", i + 1)),
  );

/** Self-attention over [batch, tokens, size] with a mask, a residual and the mean of every row. */
function attention({ x, mask }: { x: tf.Tensor3D; mask?: tf.Tensor2D }, [q, k, v, o]: readonly tf.Tensor2D[]) {
  const [batch, tokens] = x.shape;
  const flat = tf.reshape(x, [-1, size]);
  const split = (weight: tf.Tensor2D) =>
    tf.transpose(tf.reshape(tf.matMul(flat, weight), [batch, tokens, heads, size / heads]), [0, 2, 1, 3]);
  const scores = tf.matMul(tf.mul(split(q!), 0.5), split(k!), false, true);
  const masked =
    mask === undefined ? scores : tf.add(scores, tf.mul(tf.sub(1, tf.reshape(mask, [batch, 1, 1, tokens])), -1e4));
  const mixed = tf.reshape(tf.transpose(tf.matMul(tf.softmax(masked), split(v!)), [0, 2, 1, 3]), [-1, size]);
  const hidden = tf.add(x, tf.reshape(tf.matMul(mixed, o!), [batch, tokens, size]));
  return { hidden, pooled: tf.mean(hidden, 1) };
}

const inputs = (batch: number, tokens: number) => ({
  x: tf.randomNormal<tf.Rank.R3>([batch, tokens, size], 0, 1, "float32", batch * 100 + tokens),
  mask: tf.cast(tf.greater(tf.randomUniform([batch, tokens], 0, 1, "float32", tokens), 0.3), "float32") as tf.Tensor2D,
});
const dynamicAxes = { "0.x": { 0: "batch", 1: "tokens" }, "0.mask": { 0: "batch", 1: "tokens" } };

describe("compile with dynamic axes", () => {
  it("reads a table that is only looked up in its own memory, and sees assignments", () => {
    const table = tf.variable(tf.randomNormal([2048, 64], 0, 1, "float32", 1)); // half a megabyte
    const projection = tf.variable(tf.randomNormal<tf.Rank.R2>([64, 3], 0, 1, "float32", 2));
    const lookUp = ({ ids }: { ids: tf.Tensor2D }) =>
      tf.matMul(tf.gather(table, tf.reshape(ids, [-1])) as tf.Tensor2D, projection as tf.Tensor2D);
    const call = compile(lookUp, { dynamicAxes: { "0.ids": { 0: "batch", 1: "tokens" } } });
    const check = (...rows: number[][]): void => {
      const ids = tf.tensor2d(rows, undefined, "int32");
      expect(call({ ids }).dataSync()).toBeAllClose(lookUp({ ids }).dataSync(), { absolute: 1e-4, relative: 1e-5 });
    };
    check([0, 2047, 5]);
    check([1, 2], [3, 4]);
    table.assign(tf.mul(table, 2));
    check([0, 2047, 5]);
    projection.assign(tf.mul(projection, 2));
    check([7]);
    tf.dispose([table, projection]);
  });

  it("keeps a table that is also multiplied with inside the graph", () => {
    const table = tf.variable(tf.randomNormal<tf.Rank.R2>([2048, 64], 0, 1, "float32", 1));
    const scores = ({ ids }: { ids: tf.Tensor2D }) =>
      tf.matMul(tf.gather(table, tf.reshape(ids, [-1])) as tf.Tensor2D, table as tf.Tensor2D, false, true);
    const call = compile(scores, { dynamicAxes: { "0.ids": { 0: "batch", 1: "tokens" } } });
    const ids = tf.tensor2d([[4, 2, 2000]], undefined, "int32");
    expect(call({ ids }).dataSync()).toBeAllClose(scores({ ids }).dataSync(), { absolute: 1e-4, relative: 1e-5 });
    table.dispose();
  });

  it("reads weights in their own memory for three runs, then packs copies, with the values of the trace", () => {
    const weight = tf.variable(tf.randomNormal<tf.Rank.R2>([256, 256], 0, 1, "float32", 1)) as tf.Variable<tf.Rank.R2>;
    const given = tf.tidy(() => tf.mul(weight, 1.5)) as tf.Tensor2D; // in memory that is used again
    const product = ({ x }: { x: tf.Tensor2D }) => tf.add(tf.matMul(x, weight), tf.matMul(x, given));
    const call = compile(product, { dynamicAxes: { "0.x": { 0: "batch" } } });
    const x = tf.randomNormal<tf.Rank.R2>([2, 256], 0, 1, "float32", 3);
    const expected = product({ x }).dataSync();
    const packed: number[] = [];
    for (let run = 0; run < 5; run++) {
      if (run === 1) given.dispose(); // what is no variable stays as it was
      const others = Array.from({ length: 4 }, (_, i) => tf.mul(weight, i));
      tf.dispose(others.map((other) => (other.dataSync(), other)));
      expect(call({ x }).dataSync()).toBeAllClose(expected, { absolute: 1e-4, relative: 1e-5 });
      packed.push(backend.stats().packed);
    }
    expect(packed).toEqual([0, 0, 0, 1, 1]);
    tf.dispose([weight, x]);
  });

  it("firstShapesAlone: traces once for the first shapes, then for all lengths, and follows assignments", () => {
    const own = weights();
    let calls = 0;
    const call = compile((given: ReturnType<typeof inputs>) => (calls++, attention(given, own as never)), {
      dynamicAxes,
      firstShapesAlone: true,
    });
    const check = (batch: number, tokens: number): number => {
      const before = calls;
      const given = inputs(batch, tokens);
      const { hidden, pooled } = call(given);
      const expected = attention(given, own as never);
      expect(hidden.dataSync()).toBeAllClose(expected.hidden.dataSync(), { absolute: 1e-4 });
      expect(pooled.dataSync()).toBeAllClose(expected.pooled.dataSync(), { absolute: 1e-4 });
      return calls - before;
    };
    expect([check(2, 5), check(2, 5)]).toEqual([1, 0]);
    own[0]!.assign(tf.mul(own[0]!, 2));
    expect([check(2, 5), check(2, 5)]).toEqual([1, 0]);
    expect(check(3, 7)).toBeGreaterThan(1);
    expect([check(2, 5), check(1, 9)]).toEqual([0, 0]);
    own[0]!.assign(tf.mul(own[0]!, 2));
    expect(check(4, 6)).toBeGreaterThan(1);
    expect(check(2, 5)).toBe(0);
    call.dispose();
    tf.dispose(own);
  });

  it("traces at more sizes if a value has several terms", () => {
    let calls = 0;
    const padded = (x: tf.Tensor2D) => {
      calls++;
      const [batch, tokens] = x.shape;
      return tf.reshape(tf.concat([x, tf.zeros([batch, 1]), x], 1), [batch * (2 * tokens + 1)]);
    };
    const call = compile(padded, { dynamicAxes: { "0": { 0: "batch", 1: "tokens" } } });
    for (const [batch, tokens] of [
      [1, 1],
      [3, 9],
      [5, 2],
    ] as const)
      // prettier-ignore
      expect(call(tf.ones<tf.Rank.R2>([batch, tokens])).shape).toEqual([batch * (2 * tokens + 1)]);
    expect(calls).toBe(8);
    let few = 0;
    const rows = compile((x: tf.Tensor2D) => (few++, tf.reshape(x, [-1, 1])), { dynamicAxes: { "0": { 0: "batch", 1: "tokens" } } }); // prettier-ignore
    expect(rows(tf.ones<tf.Rank.R2>([3, 4])).shape).toEqual([12, 1]);
    expect(few).toBe(4);
  });

  it("returns the function's results at every length, from one graph", () => {
    const variables = weights();
    const call = compile((given: Parameters<typeof attention>[0]) => attention(given, variables), { dynamicAxes });
    for (const [batch, tokens] of [
      [2, 5],
      [1, 1],
      [3, 17],
      [2, 64],
      [7, 2],
    ] as const) {
      // prettier-ignore
      const given = inputs(batch, tokens);
      const [received, expected] = [call(given), attention(given, variables)];
      for (const name of ["hidden", "pooled"] as const) {
        expect(received[name].shape).toEqual(expected[name].shape);
        expect(received[name].dataSync()).toBeAllClose(expected[name].dataSync(), { absolute: 1e-5, relative: 1e-5 });
      }
    }
    const before = backend.stats();
    for (let tokens = 1; tokens < 20; tokens++) call(inputs(2, tokens)).pooled.dataSync();
    expect(backend.stats().compiles - before.compiles).toBeLessThan(20); // only those of `inputs`
    let followed = 0;
    const counted = compile((x: tf.Tensor1D) => (followed++, tf.cumsum(x)), { dynamicAxes: { 0: { 0: "length" } } });
    counted(tf.ones([4]));
    const atFirst = followed;
    for (let length = 1; length < 9; length++)
      expect(
        counted(tf.ones([length]))
          .dataSync()
          .at(-1),
      ).toBe(length);
    expect(followed).toBe(atFirst);
  });

  it("only: gives one tensor by its name, from the same graph, on every backend", async () => {
    const variables = weights();
    const both = (given: Parameters<typeof attention>[0]) => attention(given, variables);
    const given = inputs(2, 5);
    const expected = tf.tidy(() => both(given).pooled.dataSync());
    for (const axes of [dynamicAxes, undefined]) {
      const call = compile(both, axes && { dynamicAxes: axes });
      const before = tf.memory().numTensors;
      const pooled = call.only("pooled", given);
      expect(pooled.shape).toEqual([2, size]);
      expect(pooled.dataSync()).toBeAllClose(expected, { absolute: 1e-5 });
      expect(tf.memory().numTensors).toBe(before + 1);
      pooled.dispose();
      const compiled = backend.stats().compiles;
      tf.dispose([call.only("hidden", given), call(given)]);
      expect(backend.stats().compiles).toBe(compiled);
      expect(() => call.only("mean", given)).toThrow(/must return a tensor called mean, got hidden, pooled/);
      expect(tf.memory().numTensors).toBe(before);
      await tf.setBackend("cpu");
      const plain = call.only("pooled", given);
      expect(plain.dataSync()).toBeAllClose(expected, { absolute: 1e-5 });
      expect(tf.memory().numTensors).toBe(before + 1);
      plain.dispose();
      await tf.setBackend("onnxruntime");
      call.dispose();
    }
    tf.dispose([variables, given]);
  });

  it("is compiled again when a variable has changed, and not before", () => {
    const weight = tf.variable(tf.tensor2d([[1], [1]]));
    const call = compile((x: tf.Tensor2D) => tf.matMul(x, weight as tf.Tensor2D), {
      dynamicAxes: { 0: { 0: "rows" } },
    });
    expect(call(tf.ones([3, 2])).dataSync()).toEqual(Float32Array.of(2, 2, 2));
    const { compiles } = backend.stats();
    expect(call(tf.ones([1, 2])).dataSync()).toEqual(Float32Array.of(2));
    expect(backend.stats().compiles).toBe(compiles);
    weight.assign(tf.tensor2d([[5], [7]]));
    expect(call(tf.ones([2, 2])).dataSync()).toEqual(Float32Array.of(12, 12));
    expect(backend.stats().compiles).toBe(compiles + 1);
  });

  it("distinguishes omitted arguments, leaks nothing, and calls the function itself on other backends", async () => {
    const variables = weights();
    const call = compile((given: Parameters<typeof attention>[0]) => attention(given, variables), { dynamicAxes });
    const [given, { x }] = [inputs(2, 6), inputs(2, 9)];
    tf.dispose([call(given), call({ x })]);
    const before = { tensors: tf.memory().numTensors, data: backend.numDataIds() };
    for (let run = 0; run < 20; run++) tf.dispose([call(given), call({ x })]);
    expect({ tensors: tf.memory().numTensors, data: backend.numDataIds() }).toEqual(before);
    const there = call(given).pooled.dataSync();
    await tf.setBackend("cpu");
    expect(call(given).pooled.dataSync()).toBeAllClose(there, { absolute: 1e-5, relative: 1e-5 });
    await tf.setBackend("onnxruntime");
    expect(call(given).pooled.dataSync()).toEqual(there);
  });

  it("dispose frees its graphs, and the next call compiles again", () => {
    const variables = weights();
    const call = compile((given: Parameters<typeof attention>[0]) => attention(given, variables), { dynamicAxes });
    const given = inputs(2, 6);
    const expected = call(given).pooled.dataSync();
    const { compiles } = backend.stats();
    call.dispose();
    call.dispose();
    expect(call(given).pooled.dataSync()).toEqual(expected);
    expect(backend.stats().compiles).toBe(compiles + 1);
  });

  it.each([8, 66, 72])("compiles kernels that have other operators for long axes, first with %i rows", (first) => {
    const wide = tf.randomNormal<tf.Rank.R2>([1, 96], 0, 1, "float32", 1);
    const fn = (x: tf.Tensor2D) => {
      const rows = tf.mul(tf.matMul(x, wide), 0.5);
      return { sum: tf.sum(rows, 0), mean: tf.mean(rows), square: tf.matMul(rows, rows, true), most: tf.argMax(tf.transpose(x)) }; // prettier-ignore
    };
    const call = compile(fn, { dynamicAxes: { "0": { 0: "rows" } } });
    for (const count of [first, 3, 100]) {
      const x = tf.randomNormal<tf.Rank.R2>([count, 1], 0, 1, "float32", count);
      const [received, expected] = [call(x), fn(x)];
      for (const name of ["sum", "mean", "square", "most"] as const)
        expect(received[name].dataSync()).toBeAllClose(expected[name].dataSync(), { absolute: 1e-4, relative: 1e-4 });
    }
  });

  it.each([43, 4100])("compiles a long sum or the place of a maximum, first of %i numbers", (first) => {
    const fn = (x: tf.Tensor2D) => ({
      mean: tf.mean(tf.matMul(x, tf.ones([1, 100]))),
      most: tf.argMax(tf.reshape(x, [-1])),
    });
    const call = compile(fn, { dynamicAxes: { "0": { 0: "length" } } });
    for (const length of [first, 5, 5000]) {
      const x = tf.randomNormal<tf.Rank.R2>([length, 1], 1, 1, "float32", length);
      const [received, expected] = [call(x), fn(x)];
      expect(received.mean.dataSync()).toBeAllClose(expected.mean.dataSync(), { relative: 1e-4 });
      expect(received.most.dataSync()).toEqual(expected.most.dataSync());
    }
  });

  it("calls the function itself if one of its tensors has no elements", () => {
    const axes = { dynamicAxes: { "0": { 0: "rows" } } };
    const fns: ((x: tf.Tensor2D) => tf.Tensor)[] = [
      (x) => tf.topk(x, 3).values,
      (x) => tf.matMul(x, x, true),
      (x) => tf.any(tf.greater(x, 1), 0),
      (x) => tf.topk(tf.slice(x, [1, 0], [x.shape[0] - 1, -1]), 3).values,
    ];
    for (const fn of fns) {
      const call = compile(fn, axes);
      for (const rows of [3, 0, 1, 2]) {
        if (rows === 0 && fn === fns[3]) continue;
        const x = tf.randomUniform<tf.Rank.R2>([rows, 4], 0, 2, "float32", rows);
        const [received, expected] = [call(x), fn(x)];
        expect(received.shape).toEqual(expected.shape);
        expect([...received.dataSync()]).toEqual([...expected.dataSync()]);
      }
    }
  });

  it("returns tensors that depend only on lengths", () => {
    const call = compile(
      (x: tf.Tensor1D) => ({
        twice: tf.mul(x, 2),
        positions: tf.range(0, x.shape[0], 1, "int32"),
        ones: tf.ones([x.shape[0], 2]),
      }),
      { dynamicAxes: { "0": { 0: "length" } } },
    );
    for (const length of [3, 1, 7]) {
      const { positions, ones } = call(tf.ones([length]));
      expect([...positions.dataSync()]).toEqual(Array.from({ length }, (_, i) => i));
      expect(ones.shape).toEqual([length, 2]);
      expect([...ones.dataSync()]).toEqual(new Array(2 * length).fill(1));
    }
  });

  it("rejects ids in every call as the function does, and says which kernels failed", () => {
    const table = tf.variable(tf.tensor2d([[1], [2], [3]]));
    const ids = (...values: number[]) => tf.tensor2d([values], undefined, "int32");
    const lookUp = (x: tf.Tensor2D) => embeddingLookup(table, x);
    const at = (x: tf.Tensor2D, sequence: tf.Tensor3D) => gatherPositions(sequence, x);
    const sequence = (tokens: number) => tf.ones<tf.Rank.R3>([1, tokens, 2]);
    for (const dynamicAxes of [undefined, { "0": { 1: "count" }, "1": { 1: "tokens" } }]) {
      const options = dynamicAxes && { dynamicAxes };
      const call = compile(lookUp, options);
      expect([...call(ids(0, 2)).dataSync()]).toEqual([1, 3]);
      for (const id of [-1, 3])
        expect(() => call(ids(0, id))).toThrow(
          new RegExp(`^embeddingLookup: ids must be from 0 to 2, got ${id}\\. Take ids`),
        );
      expect([...call(ids(1, 1)).dataSync()]).toEqual([2, 2]);
      const positions = compile(at, options);
      expect(positions(ids(0, 2), sequence(4)).shape).toEqual([2, 2]);
      for (const id of [-1, 6])
        expect(() => positions(ids(0, id), sequence(6))).toThrow(
          /^gatherPositions: positions must be from 0 to 5, got/,
        );
      const gather = compile((x: tf.Tensor2D) => tf.gather(table, x), options);
      gather(ids(0, 1));
      expect(() => gather(ids(0, -1))).toThrow(/^Gather: the index value -1 must not be negative/);
      if (dynamicAxes)
        expect(() => gather(ids(0, 7))).toThrow(
          /^backend-onnxruntime: ONNX Runtime could not run a compiled function of Gather.*, called with int32 \[1,2\] at 0: ".*idx=7/,
        );
    }
    table.dispose();
  });

  it("rejects axes that do not exist or disagree, and steps that depend on a length", () => {
    const call = compile((given: Parameters<typeof attention>[0]) => attention(given, weights()), { dynamicAxes });
    const { x } = inputs(2, 6);
    expect(() => call({ x, mask: inputs(2, 5).mask })).toThrow(
      "compile: the axis tokens must have one length per call, got 6 at axis 1 of 0.x and 5 at axis 1 of 0.mask.",
    );
    const square = (dynamicAxes: Record<string, Record<number, string>>) =>
      compile((x: tf.Tensor) => tf.square(x), { dynamicAxes })(tf.ones([2]));
    expect(() => square({ x: { 0: "length" } })).toThrow(/dynamicAxes names x, got tensors at 0\. Name arguments by/);
    expect(() => square({ 0: { 1: "length" } })).toThrow(/names axis 1 length, got a tensor of \[2\]/);
    const loop = compile((x: tf.Tensor1D) => tf.addN(Array.from({ length: x.shape[0] }, (_, i) => tf.slice(x, i, 1))), {
      dynamicAxes: { 0: { 0: "length" } },
    });
    expect(() => loop(tf.ones([3]))).toThrow(/^compile: the function does not take the same steps/);
    expect(tf.square(tf.scalar(3)).dataSync()[0]).toBe(9);
  });
});
