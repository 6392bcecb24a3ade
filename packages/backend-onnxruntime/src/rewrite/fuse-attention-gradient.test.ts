import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { profilingOperators } from "../__fixtures__/operators-run.ts";

const operatorsRun = profilingOperators();

/** Number of runs of each operator. */
function countsRun(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of operatorsRun()) counts.set(name, (counts.get(name) ?? 0) + 1);
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

/** Dropout at 0.5 by this backend's kernels, and by their definition on other backends. */
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

/** Gradients of queries, keys and values of an attention whose result goes through a product, as in a layer. */
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
    const counts = countsRun();
    expect(counts.get("Concat")).toBe(2);
    expect(counts.get("Sub")).toBeUndefined();
  });

  it("applies dropout's mask", async () => {
    await expectAsOnCpu(() => gradients(dropped, "tokens first"));
    const counts = countsRun();
    expect(counts.get("DequantizeLinear")).toBe(2);
    expect(counts.get("Concat")).toBeUndefined();
    expect(counts.get("ReduceSum")).toBe(1);
  });

  it("is not rewritten if the loss also depends on the probabilities directly", async () => {
    await expectAsOnCpu(() => gradients(plain, "tokens first", plain));
    expect(countsRun().get("Concat")).toBeUndefined();
  });
});
