import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { profilingOperators } from "../__fixtures__/operators-run.ts";

const operatorsRun = profilingOperators();

const [batch, tokens, heads, headSize, valueSize, size] = [2, 5, 3, 4, 6, 8] as const;

/** The same numbers in every call. */
function numbers(...shape: number[]): tf.Tensor {
  const length = shape.reduce((product, size) => product * size, 1);
  return tf.tensor(
    Float32Array.from({ length }, (_, i) => Math.sin(i * 12.9898 + length)),
    shape,
  );
}

type Weights = readonly tf.Variable<tf.Rank.R2>[];

function weights(): Weights {
  return [headSize, headSize, valueSize].map(
    (inner, i) => tf.variable(tf.mul(numbers(size, heads * inner), i + 1)) as tf.Variable<tf.Rank.R2>,
  );
}

interface Form {
  /** Adds a bias to the i-th projection. */
  shift?(projection: tf.Tensor, i: number): tf.Tensor;
  scale?(run: number): number;
  mask?: boolean;
  /** The vectors projected to keys and values, if they are not those projected to queries. */
  other?: boolean;
  /** Whether it can be one operator. */
  fits: boolean;
}

function attention(
  weights: Weights,
  { shift = (x) => x, scale = () => 0.5, mask, other }: Form,
  run: number,
): tf.Tensor {
  return tf.tidy(() => {
    const hidden = tf.div(numbers(batch, tokens, size), run + 1);
    const others = other === true ? tf.add(hidden, 1) : hidden;
    const [query, key, value] = weights.map((weight, i) => {
      const product = tf.matMul(tf.reshape<tf.Rank.R2>(i === 0 ? hidden : others, [batch * tokens, size]), weight);
      return tf.transpose(tf.reshape(shift(product, i), [batch, tokens, heads, -1]), [0, 2, 1, 3]);
    }) as [tf.Tensor, tf.Tensor, tf.Tensor];
    const scores = tf.matMul(tf.mul(query, scale(run)), key, false, true);
    const keys = Float32Array.from({ length: batch * tokens }, (_, i) => (i > 7 ? -1e4 : 0));
    const hidingLast = () => tf.mul(tf.tensor(keys, [batch, 1, 1, tokens]), 1);
    const mixed = tf.matMul(tf.softmax(mask === true ? tf.add(scores, hidingLast()) : scores), value);
    return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch, tokens, heads * valueSize]);
  });
}

const biasOf = (i: number): tf.Tensor =>
  tf.tensor(
    numbers(4, 18)
      .dataSync()
      .subarray(0, heads * (i < 2 ? 4 : 6)),
  );
const forms: Record<string, Form> = {
  "without biases": { fits: true },
  "with biases, and a mask": { shift: (x, i) => tf.add(x, biasOf(i)), mask: true, fits: true },
  "with one bias, before the product": { shift: (x, i) => (i === 1 ? tf.add(biasOf(i), x) : x), fits: true },
  "a scale that differs in every run": { scale: (run) => 0.5 + run / 10, fits: false },
  "keys and values from other vectors": { other: true, fits: false },
  "projections that go through an activation": { shift: (x) => tf.relu(x), fits: false },
};

it.each(Object.keys(forms))(
  "with constant weights, the attention operator includes the projections: %s",
  async (name) => {
    const form = forms[name]!;
    const model = weights();
    await tf.setBackend("cpu");
    const onCpu = weights();
    const expected = Array.from({ length: 8 }, (_, run) => attention(onCpu, form, run).dataSync());
    await tf.setBackend("onnxruntime");
    for (let run = 0; run < 8; run++) {
      expect(attention(model, form, run).dataSync()).toBeAllClose(expected[run]!, { absolute: 1e-5, relative: 1e-5 });
    }
    const operators = operatorsRun();
    expect(operators.filter((name) => name === "MultiHeadAttention")).toHaveLength(form.fits ? 4 : 8);
    expect(operators.filter((name) => name === "Attention")).toHaveLength(form.fits ? 4 : 0);
    tf.dispose([...model, ...onCpu]);
  },
);

it("uses newly assigned weights, and a scale that changes later", () => {
  const model = weights();
  let scale = 0.5;
  const form: Form = { scale: () => scale, fits: true };
  const run = (): tf.TypedArray => attention(model, form, 0).dataSync();
  for (let i = 0; i < 5; i++) run();
  const before = run();
  model[1]!.assign(tf.mul(model[1]!, -1));
  const after = run();
  expect(after).not.toBeAllClose(before, { absolute: 1e-2 });
  for (let i = 0; i < 15; i++) run();
  expect(run()).toBeAllClose(after, { absolute: 1e-5 });
  scale = -0.5;
  expect(run()).toBeAllClose(before, { absolute: 1e-5 }); // both signs cancel
  tf.dispose([...model]);
});
