import { dropout, gelu, geluTanh, layerNorm, softmaxCrossEntropy } from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs-core";

/** Values and gradients of one op, by name. */
export type Outcome = Record<string, number[]>;

/** Numbers from −scale to scale, the same on every backend. */
function numbers(shape: number[], scale: number, seed: number): tf.Tensor {
  let state = seed;
  const size = shape.reduce((product, length) => product * length, 1);
  const values = Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state / 2 ** 31) * scale;
  });
  return tf.tensor(values, shape);
}

/** The value, and the gradients of a weighted sum of it. */
async function outcome(op: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]): Promise<Outcome> {
  const value = op(...inputs);
  const weights = numbers(value.shape, 1, 99);
  const slopes = tf.grads(op)(inputs, weights);
  const result: Outcome = { value: Array.from(await value.data()) };
  for (const [i, slope] of slopes.entries()) result[`gradient ${i}`] = Array.from(await slope.data());
  tf.dispose([value, weights, slopes, inputs]);
  return result;
}

const labelsOf = (rows: number, classes: number): tf.Tensor1D =>
  tf.tensor1d(
    Int32Array.from({ length: rows }, (_, i) => (i === 0 ? classes - 1 : (i * 7919) % classes)),
    "int32",
  );

const normed = (shape: number[]): Promise<Outcome> =>
  outcome(
    (x, gamma, beta) => layerNorm(x!, gamma!, beta!, 1e-12),
    [numbers(shape, 3, 1), numbers([shape.at(-1)!], 1, 2), numbers([shape.at(-1)!], 1, 3)],
  );

async function crossEntropy(rows: number, classes: number): Promise<Outcome> {
  const labels = labelsOf(rows, classes);
  const result = await outcome(
    (logits) => softmaxCrossEntropy(logits as tf.Tensor2D, labels),
    [numbers([rows, classes], 8, 4)],
  );
  labels.dispose();
  return result;
}

const activation = (op: typeof gelu, shape: number[]): Promise<Outcome> =>
  outcome((x) => op(x!), [numbers(shape, 9, 5)]);
const dropped = (shape: number[], seed: number): Promise<Outcome> =>
  outcome((x) => dropout(x!, 0.3, seed), [numbers(shape, 2, 6)]);

/** Every op with a fused kernel, on the active backend, in odd and empty shapes and more rows than workgroups. */
export const opCases: Readonly<Record<string, () => Promise<Outcome>>> = {
  "gelu [1]": () => activation(gelu, [1]),
  "gelu [3, 5, 67]": () => activation(gelu, [3, 5, 67]),
  "gelu [0, 4]": () => activation(gelu, [0, 4]),
  "geluTanh [1]": () => activation(geluTanh, [1]),
  "geluTanh [3, 5, 67]": () => activation(geluTanh, [3, 5, 67]),
  "layerNorm [1, 1]": () => normed([1, 1]),
  "layerNorm [2, 3, 5]": () => normed([2, 3, 5]),
  "layerNorm [9, 128]": () => normed([9, 128]),
  "layerNorm [3, 770]": () => normed([3, 770]),
  "layerNorm [2, 5000]": () => normed([2, 5000]),
  "layerNorm [70000, 3]": () => normed([70_000, 3]),
  "layerNorm [0, 4]": () => normed([0, 4]),
  "softmaxCrossEntropy [3, 1]": () => crossEntropy(3, 1),
  "softmaxCrossEntropy [5, 7]": () => crossEntropy(5, 7),
  "softmaxCrossEntropy [3, 30522]": () => crossEntropy(3, 30_522),
  "softmaxCrossEntropy [70000, 3]": () => crossEntropy(70_000, 3),
  "softmaxCrossEntropy [0, 3]": () => crossEntropy(0, 3),
  "dropout [1]": () => dropped([1], 7),
  "dropout [3, 5, 67]": () => dropped([3, 5, 67], -5),
  "dropout [0]": () => dropped([0], 7),
};

/** Cases whose results are too long to print in full. */
export const longCases: ReadonlySet<string> = new Set(["layerNorm [70000, 3]", "softmaxCrossEntropy [70000, 3]"]);

/** Every thousandth number of a long result, and those at the ends. */
export function sampled(name: string, result: Outcome): Outcome {
  if (!longCases.has(name)) return result;
  return Object.fromEntries(
    Object.entries(result).map(([key, values]) => [
      key,
      values.filter((_, i) => i % 1009 === 0 || i < 20 || i >= values.length - 20),
    ]),
  );
}
