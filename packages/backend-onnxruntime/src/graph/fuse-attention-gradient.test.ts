import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { registerOnnxRuntime, type OnnxRuntimeBackend } from "../index.ts";
import type { Executor } from "./executor.ts";

const folder = mkdtempSync(join(tmpdir(), "bertkit-attention-gradient-"));
beforeEach(async () => {
  registerOnnxRuntime({ profile: join(folder, "run") });
  await tf.setBackend("onnxruntime");
});
afterAll(() => {
  registerOnnxRuntime();
  rmSync(folder, { recursive: true });
});

/** How often ONNX Runtime ran each operator, as its own profiles tell. */
function operatorsRun(): Map<string, number> {
  ((tf.backend() as OnnxRuntimeBackend).executor as Executor).endProfiling();
  const counts = new Map<string, number>();
  for (const file of readdirSync(folder)) {
    const events = JSON.parse(readFileSync(join(folder, file), "utf8")) as { args: { op_name?: string } }[];
    rmSync(join(folder, file));
    for (const { args } of events)
      if (args.op_name !== undefined) counts.set(args.op_name, (counts.get(args.op_name) ?? 0) + 1);
  }
  return counts;
}

function numbers(seed: number, ...shape: number[]): tf.Tensor {
  const length = shape.reduce((product, size) => product * size, 1);
  return tf.tensor(
    Float32Array.from({ length }, (_, i) => Math.sin(i * 12.9898 + seed * 78.233)),
    shape,
  );
}

const [batch, queries, keys, heads, size, valueSize] = [2, 5, 7, 3, 4, 6] as const;
const headsOut = (x: tf.Tensor, inner: number): tf.Tensor =>
  tf.transpose(tf.reshape(x, [batch, -1, heads, inner]), [0, 2, 1, 3]);
const headsBack = (x: tf.Tensor): tf.Tensor => tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [batch, queries, -1]);

type Mixing = (probabilities: tf.Tensor) => tf.Tensor;
const plain: Mixing = (probabilities) => probabilities;

/** Dropout of a half by the backend's own kernels, and by their definition elsewhere. */
const dropped: Mixing = (probabilities) => {
  const flags = Uint8Array.from({ length: probabilities.size }, (_, i) => ((i * 7) % 5) % 2);
  const mask = tf.tensor(flags, probabilities.shape, "bool");
  if (tf.getBackend() === "cpu") return tf.mul(probabilities, tf.mul(tf.cast(mask, "float32"), 2));
  const apply = (x: tf.Tensor, mask: tf.Tensor, backward: boolean): tf.Tensor =>
    tf.engine().runKernel("BertkitDropout", { x, mask }, { kept: 2, backward }) as tf.Tensor;
  return tf.customGrad((x, save) => {
    (save as tf.GradSaveFunc)([mask]);
    return {
      value: apply(x as tf.Tensor, mask, false),
      gradFunc: (dy: tf.Tensor, [kept]: tf.Tensor[]) => apply(dy, kept!, true),
    };
  })(probabilities);
};

/** Gradients of queries, keys and values of an attention whose result goes through a product, as a layer's does. */
function gradients(mixing: Mixing, layout: "tokens first" | "heads first", also?: Mixing): tf.Tensor[] {
  return tf.tidy(() => {
    const heads4 = layout === "tokens first" ? headsOut : (x: tf.Tensor) => x;
    const inputs =
      layout === "tokens first"
        ? [
            numbers(1, batch, queries, heads * size),
            numbers(2, batch, keys, heads * size),
            numbers(3, batch, keys, heads * valueSize),
          ]
        : [
            numbers(1, batch, heads, queries, size),
            numbers(2, batch, heads, keys, size),
            numbers(3, batch, heads, keys, valueSize),
          ];
    const loss = (query: tf.Tensor, key: tf.Tensor, value: tf.Tensor): tf.Scalar => {
      const scores = tf.matMul(tf.mul(heads4(query, size), 0.5), heads4(key, size), false, true);
      const probabilities = tf.softmax(tf.add(scores, numbers(4, batch, 1, 1, keys)));
      const mixed = tf.matMul(mixing(probabilities), heads4(value, valueSize));
      const result = layout === "tokens first" ? headsBack(mixed) : mixed;
      const total = tf.sum(tf.square(tf.add(result, 1)));
      return (also === undefined ? total : tf.add(total, tf.sum(tf.square(also(probabilities))))) as tf.Scalar;
    };
    return tf.grads(loss)(inputs);
  });
}

async function expectAsOnCpu(compute: () => tf.Tensor[]): Promise<void> {
  const received = compute().map((tensor) => tensor.dataSync());
  await tf.setBackend("cpu");
  const expected = compute().map((tensor) => tensor.dataSync());
  await tf.setBackend("onnxruntime");
  received.forEach((values, i) => expect(values).toBeAllClose(expected[i]!, { absolute: 1e-5, relative: 1e-5 }));
}

describe("the gradient of an attention", () => {
  it.each(["tokens first", "heads first"] as const)("has two passes over the scores, %s", async (layout) => {
    await expectAsOnCpu(() => gradients(plain, layout));
    const counts = operatorsRun();
    expect(counts.get("Concat")).toBe(2);
    expect(counts.get("Sub")).toBeUndefined();
  });

  it("keeps what dropout dropped out of it", async () => {
    await expectAsOnCpu(() => gradients(dropped, "tokens first"));
    const counts = operatorsRun();
    expect(counts.get("DequantizeLinear")).toBe(2);
    expect(counts.get("Concat")).toBeUndefined();
    expect(counts.get("ReduceSum")).toBe(1);
  });

  it("runs as written, where the probabilities have a loss of their own", async () => {
    await expectAsOnCpu(() => gradients(plain, "tokens first", plain));
    expect(operatorsRun().get("Concat")).toBeUndefined();
  });
});
