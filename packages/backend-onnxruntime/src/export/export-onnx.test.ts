import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs";
import * as native from "onnxruntime-node";
import * as web from "onnxruntime-web";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exportOnnx, type OnnxExport, type OnnxExportOptions } from "./index.ts";
import "../index.ts";

type Inputs = Record<string, tf.Tensor>;
type Run = (inputs: Inputs) => tf.Tensor | Inputs;

const runtimes = { native, web } as const;
const backends = ["onnxruntime", "cpu"] as const;

beforeAll(async () => {
  web.env.wasm.numThreads = 1;
  const files = createRequire(import.meta.url).resolve("onnxruntime-web");
  web.env.wasm.wasmPaths = `${join(files, "..")}/`;
  await tf.setBackend("onnxruntime");
});

function fed(runtime: typeof native | typeof web, tensor: tf.Tensor, int64: boolean): native.Tensor {
  const { dtype, shape } = tensor;
  const values = tensor.dataSync();
  if (int64) return new runtime.Tensor("int64", BigInt64Array.from(values as Int32Array, BigInt), shape);
  return new runtime.Tensor(dtype as "float32", values as Float32Array, shape);
}

/** Runs the exported model in both runtimes at each of the inputs, and compares with the function itself. */
async function expectSame(
  run: Run,
  { model }: OnnxExport,
  cases: readonly Inputs[],
  { int64Inputs = [] }: OnnxExportOptions = {},
): Promise<void> {
  for (const runtime of Object.values(runtimes)) {
    const session = await runtime.InferenceSession.create(model);
    for (const inputs of cases) {
      const result = run(inputs);
      const expected: Inputs = result instanceof tf.Tensor ? { output: result } : result;
      const feeds = Object.entries(inputs).map(([name, tensor]) => [
        name,
        fed(runtime, tensor, int64Inputs.includes(name)),
      ]);
      const outputs = await session.run(Object.fromEntries(feeds) as never);
      expect(Object.keys(outputs).sort()).toEqual(Object.keys(expected).sort());
      for (const [name, tensor] of Object.entries(expected)) {
        expect(outputs[name]!.dims, name).toEqual(tensor.shape);
        expect(Array.from(outputs[name]!.data as Float32Array, Number), name).toBeAllClose(
          Array.from(tensor.dataSync()),
          { absolute: 1e-5, relative: 0 },
        );
      }
    }
    await session.release();
  }
}

const values = (shape: number[]): tf.Tensor => tf.randomNormal(shape, 0, 1, "float32", 7);

/** Inputs named x of [batch, length, 4], by batch and length. */
function sized(...sizes: [number, number][]): Inputs[] {
  return sizes.map(([batch, length]) => ({ x: values([batch, length, 4]) }));
}
const xAxes = { dynamicAxes: { x: { 0: "batch", 1: "length" } } };
const example = { x: tf.zeros([1, 12, 4]) };

describe.each(backends)("functions with weights of the %s backend", (backend) => {
  beforeAll(async () => void (await tf.setBackend(backend)));
  afterAll(async () => void (await tf.setBackend("onnxruntime")));

  test("a dense layer, softmax, and sizes used as numbers", async () => {
    const kernel = tf.variable(values([4, 6]));
    const bias = tf.variable(values([6]));
    const run = ({ x }: Inputs): Inputs => {
      const [batch, length] = x!.shape as [number, number];
      const flat = tf.add(tf.matMul(tf.reshape(x!, [batch * length, 4]), kernel as tf.Tensor2D), bias);
      const rows = tf.reshape(flat, [batch, length, 6]);
      const places = tf.expandDims(tf.range(0, length), 1); // created in JavaScript, with a length that depends on the input
      const ahead = tf.concat([tf.zeros([batch, 1, 6]), rows], 1); // [batch, length + 1, 6]
      return { probabilities: tf.softmax(tf.add(rows, places)), mean: tf.div(tf.sum(rows, 1), length), flat, ahead };
    };
    const before = tf.memory().numTensors;
    const model = exportOnnx(run, example, { ...xAxes, weightNames: [["dense.kernel", kernel]] });
    expect(tf.memory().numTensors).toBe(before);
    expect(tf.getBackend()).toBe(backend);
    const text = Buffer.from(model.model).toString("latin1");
    for (const name of ["dense.kernel", "batch*length", "length + 1"]) expect(text).toContain(name);
    await expectSame(run, model, sized([1, 1], [1, 5], [3, 3], [5, 40]));
  });

  test("fused kernels, transposed products and attention in both directions", async () => {
    const gamma = tf.variable(values([4]));
    const beta = tf.variable(values([4]));
    const fused = (name: string, inputs: Inputs, attributes: tf.NamedAttrMap): tf.Tensor =>
      ([tf.engine().runKernel(name, inputs, attributes)] as tf.Tensor[]).flat()[0]!;
    const run = ({ x }: Inputs): tf.Tensor => {
      if (tf.getKernel("BertkitGelu", tf.getBackend()) === undefined) {
        const { mean, variance } = tf.moments(x!, -1, true);
        const normal = tf.add(tf.mul(tf.div(tf.sub(x!, mean), tf.sqrt(tf.add(variance, 1e-5))), gamma), beta);
        const cubic = tf.add(normal, tf.mul(tf.pow(normal, 3), 0.044715));
        const bent = tf.mul(tf.mul(normal, 0.5), tf.add(tf.tanh(tf.mul(cubic, Math.sqrt(2 / Math.PI))), 1));
        return attend(bent as tf.Tensor3D);
      }
      const normal = fused("BertkitLayerNorm", { x: x!, gamma, beta }, { epsilon: 1e-5 });
      return attend(fused("BertkitGelu", { x: normal }, { approximate: true }) as tf.Tensor3D);
    };
    const attend = (x: tf.Tensor3D): tf.Tensor => {
      const scores = tf.matMul(tf.mul(x, 0.5), x, false, true); // [batch, length, length]
      return tf.matMul(tf.softmax(scores), tf.matMul(x, tf.matMul(x, x, true, false)), true, false);
    };
    for (const opset of [17, 20])
      await expectSame(run, exportOnnx(run, example, { ...xAxes, opset }), sized([1, 1], [2, 9]));
  });
});

test("int64 ids, booleans, slices, gathers and reductions", async () => {
  const table = tf.variable(values([10, 3]));
  const run = ({ ids }: Inputs): Inputs => {
    const [batch, length] = ids!.shape as [number, number];
    const rows = tf.gather(table, tf.reshape(ids!, [batch * length]) as tf.Tensor1D); // [batch · length, 3]
    const vectors = tf.reshape(rows, [batch, length, 3]);
    const known = tf.logicalNot(tf.equal(ids!, 0));
    return {
      first: tf.squeeze(tf.slice(vectors, [0, 0, 0], [batch, 1, 3]), [1]),
      last: tf.reshape(tf.slice(vectors, [0, length - 1, 0], [batch, 1, 3]), [batch, 3]),
      largest: tf.max(vectors, 1),
      mean: tf.mean(vectors, [0, 1]),
      known,
      best: tf.argMax(vectors, 2),
      doubled: tf.tile(tf.where(known, ids!, tf.onesLike(ids!)), [2, 1]),
      pairs: tf.oneHot(ids!, 10, 2, -1),
    };
  };
  const options = { dynamicAxes: { ids: { 0: "batch", 1: "length" } }, int64Inputs: ["ids"] };
  const model = exportOnnx(run, { ids: tf.zeros([2, 20], "int32") }, options);
  const ids = (batch: number, length: number): Inputs => ({
    ids: tf.randomUniform([batch, length], 0, 10, "int32", 3),
  });
  await expectSame(run, model, [ids(1, 1), ids(4, 4), ids(2, 33)], options);
});

test("without dynamic axes every shape is the example's; constants of the function are shared", async () => {
  const run = ({ x }: Inputs): Inputs => ({ same: x!, twice: tf.mul(x!, 2), again: tf.mul(x!, 2) });
  await expectSame(run, exportOnnx(run, example), sized([1, 12]));
});

test("weights in a file beside the model", async () => {
  const kernel = tf.variable(values([4, 300]));
  const run = ({ x }: Inputs): tf.Tensor => tf.matMul(x!, kernel);
  const { model, externalData } = exportOnnx(run, example, { ...xAxes, externalData: "weights.bin" });
  expect(externalData!.location).toBe("weights.bin");
  expect(model.length).toBeLessThan(2000);
  const directory = await mkdtemp(join(tmpdir(), "bertkit-onnx-"));
  try {
    await writeFile(join(directory, "weights.bin"), Buffer.concat(externalData!.chunks));
    await writeFile(join(directory, "model.onnx"), model);
    const session = await native.InferenceSession.create(join(directory, "model.onnx"));
    const [inputs] = sized([2, 3]);
    const { output } = await session.run({ x: fed(native, inputs!["x"]!, false) });
    expect(output!.data as Float32Array).toBeAllClose(run(inputs!).dataSync());
    await session.release();
  } finally {
    await rm(directory, { recursive: true });
  }
});

test("what cannot be exported is named in the error, and the backend stays as it was", () => {
  const rejected = (run: Run, options: OnnxExportOptions = xAxes): string => {
    try {
      exportOnnx(run, example, options);
    } catch (error) {
      expect(tf.getBackend()).toBe("onnxruntime");
      return (error as Error).message;
    }
    return "nothing";
  };
  expect(rejected(({ x }) => tf.scalar(x!.dataSync()[0]!))).toMatch(/reads values that depend on its inputs/);
  expect(rejected(({ x }) => tf.tan(x!))).toMatch(/the kernel Tan \(float32 \[\d+, \d+, 4\]\) has no ONNX operator/);
  expect(rejected(({ x }) => (x!.shape[1]! % 2 === 0 ? tf.exp(x!) : tf.sin(x!)))).toMatch(
    /not take the same steps at batch=\d+, length=\d+ and at batch=\d+, length=\d+: they differ from step 1 on, (Exp and Sin|Sin and Exp)\./,
  );
  expect(
    rejected(({ x }) =>
      tf.mul(
        x!,
        tf.tensor(
          new Float32Array(x!.size).map((_, i) => Math.sin(i)),
          x!.shape,
        ),
      ),
    ),
  ).toMatch(/a constant of the kernel Mul depends on the dynamic axes/);
  const few = ({ x }: Inputs): tf.Tensor => {
    if (x!.shape[1]! > 4) throw new Error("Too long.");
    return x!;
  };
  expect(rejected(few)).toMatch(/throws at batch=\d, length=\d+, .*Too long\. Give example inputs/);
  expect(rejected(() => [] as never)).toMatch(/must return a tensor/);
  expect(rejected(({ x }) => x!, { dynamicAxes: { x: { 7: "far" } } })).toMatch(/names axis 7, got .*\[1, 12, 4\]/);
  expect(rejected(({ x }) => x!, { opset: 16 })).toMatch(/opset must be a whole number from 17 to 22/);
  expect(rejected(({ x }) => x!, { int64Inputs: ["x"] })).toMatch(/x is declared int64, got an example of float32/);
});

test("outputs that depend only on lengths", async () => {
  const run = ({ x }: Inputs): Inputs => ({ y: tf.relu(x!), places: tf.range(0, x!.shape[1]!, 1, "int32") });
  await expectSame(run, exportOnnx(run, example, xAxes), sized([1, 12], [2, 3]));
});

test.each(backends)(
  "a function that assigns a variable of the backend %s is rejected, and the variable stays",
  async (name) => {
    await tf.setBackend(name);
    const counter = tf.variable(tf.tensor1d([7, 8, 9, 10]));
    await tf.setBackend("onnxruntime");
    const run = ({ x }: Inputs): tf.Tensor => {
      counter.assign(tf.add(counter, 1));
      return tf.add(x!, counter);
    };
    expect(() => exportOnnx(run, example, xAxes)).toThrow(/^exportOnnx: the function assigns the variable \d+, which/);
    expect([...counter.dataSync()]).toEqual([7, 8, 9, 10]);
    counter.dispose();
  },
);
