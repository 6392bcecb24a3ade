import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { profilingOperators } from "../__fixtures__/operators-run.ts";

const operatorsRun = profilingOperators();

/** The same numbers in every call and on every backend. */
function numbers(...shape: number[]): tf.Tensor {
  const length = shape.reduce((product, size) => product * size, 1);
  return tf.tensor(
    Float32Array.from({ length }, (_, i) => Math.sin(i * 12.9898 + length)),
    shape,
  );
}

const [batch, queries, keys, heads, size, valueSize] = [2, 5, 7, 3, 4, 6] as const;
const rootSize = Math.sqrt(size);
const headsOut = (x: tf.Tensor, inner: number): tf.Tensor =>
  tf.transpose(tf.reshape(x, [batch, -1, heads, inner]), [0, 2, 1, 3]);
const headsBack = (x: tf.Tensor): tf.Tensor => tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [batch, queries, -1]);
const inputs = (): [query: tf.Tensor, key: tf.Tensor, value: tf.Tensor] => [
  numbers(batch * queries, heads * size),
  numbers(batch, keys, heads * size),
  numbers(batch, keys, heads * valueSize),
];
/** Hides the last two keys of the second row. */
const mask = (): tf.Tensor =>
  tf.mul(
    tf.tensor(
      Float32Array.from({ length: batch * keys }, (_, i) => (i >= 12 ? 1 : 0)),
      [batch, 1, 1, keys],
    ),
    -1e4,
  );

type Scores = (query: tf.Tensor, key: tf.Tensor) => tf.Tensor;
const product: Scores = (query, key) => tf.matMul(tf.mul(query, 1 / rootSize), key, false, true);

/** In a tidy: intermediate tensors must be disposed when the graph runs. */
function attention(scores: Scores): tf.Tensor {
  return tf.tidy(() => {
    const [query, key, value] = inputs();
    const probabilities = tf.softmax(scores(headsOut(query, size), headsOut(key, size)));
    return headsBack(tf.matMul(probabilities, headsOut(value, valueSize)));
  });
}

async function onCpu(compute: () => tf.Tensor): Promise<Float32Array> {
  await tf.setBackend("cpu");
  const values = compute().dataSync() as Float32Array;
  await tf.setBackend("onnxruntime");
  return values;
}

const forms: Record<string, Scores> = {
  "queries scaled": product,
  "scores divided, as in Vaswani et al.": (query, key) => tf.div(tf.matMul(query, key, false, true), rootSize),
  "neither scaled": (query, key) => tf.matMul(query, key, false, true),
  "scaled by a number that is computed": (query, key) =>
    tf.matMul(tf.mul(tf.exp(tf.tensor([[[[0.5]]]])), query), key, false, true),
  "a mask": (query, key) => tf.add(product(query, key), mask()),
  "a bias per head on the left, then a mask": (query, key) =>
    tf.add(tf.add(numbers(heads, queries, keys), product(query, key)), mask()),
  "a bias of the full shape on the left": (query, key) =>
    tf.add(tf.exp(numbers(batch, heads, queries, keys)), product(query, key)),
};

describe("attention", () => {
  it.each(Object.keys(forms))("is one operator: %s", async (form) => {
    const compute = () => attention(forms[form]!);
    const received = compute().dataSync();
    expect(received).toBeAllClose(await onCpu(compute), { absolute: 1e-6, relative: 1e-5 });
    const operators = operatorsRun();
    expect(operators.filter((name) => name === "MultiHeadAttention")).toHaveLength(1);
    expect(operators).not.toContain("Softmax");
    expect(operators).not.toContain("Transpose");
  });

  it("is not, if its probabilities are read too", async () => {
    const [query, key, value] = inputs();
    const probabilities = tf.softmax(product(headsOut(query, size), headsOut(key, size)));
    const mixed = headsBack(tf.matMul(probabilities, headsOut(value, valueSize)));
    expect(mixed.dataSync()).toBeAllClose(await onCpu(() => attention(product)), { absolute: 1e-6, relative: 1e-5 });
    expect(tf.sum(probabilities, -1).dataSync()).toBeAllClose(new Float32Array(batch * heads * queries).fill(1));
    expect(operatorsRun()).not.toContain("MultiHeadAttention");
  });

  it("is not, if a gradient needs its parts, or if a bias has one number for all keys", async () => {
    const gradient = (): tf.Tensor => {
      const [query, key, value] = inputs();
      const loss = (value: tf.Tensor): tf.Scalar =>
        tf.sum(
          tf.square(
            tf.matMul(tf.softmax(product(headsOut(query, size), headsOut(key, size))), headsOut(value, valueSize)),
          ),
        );
      return tf.grad(loss)(value);
    };
    expect(gradient().dataSync()).toBeAllClose(await onCpu(gradient), { absolute: 1e-6, relative: 1e-5 });
    const odd = () => attention((query, key) => tf.add(product(query, key), numbers(batch, 1, queries, 1)));
    expect(odd().dataSync()).toBeAllClose(await onCpu(odd), { absolute: 1e-6, relative: 1e-5 });
    expect(operatorsRun()).not.toContain("MultiHeadAttention");
  });
});

describe("leading axes", () => {
  it("keep the shape of a product's result, through sums, norms and activations", async () => {
    const block = (): tf.Tensor => {
      let hidden = numbers(2, 4, 8);
      for (let layer = 0; layer < 3; layer++) {
        const dense = tf.reshape(tf.matMul(tf.reshape(hidden, [8, 8]), numbers(8, 8)), [2, 4, 8]);
        hidden = tf.add(hidden, tf.relu(tf.add(dense, numbers(8))));
      }
      return hidden;
    };
    expect(tf.tidy(block).dataSync()).toBeAllClose(await onCpu(block), { absolute: 1e-5, relative: 1e-5 });
    // before the first product, for the first hidden state in the first sum, and at the output
    expect(operatorsRun().filter((name) => name === "Reshape").length).toBeLessThanOrEqual(3);
  });
});
