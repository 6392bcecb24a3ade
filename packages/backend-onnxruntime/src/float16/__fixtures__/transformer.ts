import { attention, attentionMask, gelu, layerNorm } from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs";

const [rows, tokens, size, heads] = [2, 24, 64, 4] as const;

/** A layer of a transformer after an embedding, with weights of a fixed seed; the second row is half padding. */
export interface Transformer {
  readonly variables: readonly tf.Variable[];
  forward(): tf.Tensor;
}

export function transformer(): Transformer {
  let seed = 0;
  const draw = (deviation: number, ...shape: number[]): tf.Variable =>
    tf.variable(tf.tensor(normals(shape.reduce((a, b) => a * b, 1), ++seed).map((x) => deviation * x), shape));
  const matrix = (from: number, to: number): tf.Variable => draw(1 / Math.sqrt(from), from, to);
  const table = draw(1, 100, size);
  const projections = [matrix(size, size), matrix(size, size), matrix(size, size), matrix(size, size)];
  const biases = [draw(0.1, size), draw(0.1, size), draw(0.1, size), draw(0.1, size)];
  const [inner, innerBias, outer] = [matrix(size, 4 * size), draw(0.1, 4 * size), matrix(4 * size, size)];
  const norms = [draw(1, size), draw(0.1, size), draw(1, size), draw(0.1, size)] as const;
  const linear = (x: tf.Tensor, i: number): tf.Tensor =>
    tf.add(tf.matMul(x as tf.Tensor2D, projections[i] as tf.Tensor2D), biases[i]!);
  const split = (x: tf.Tensor): tf.Tensor4D =>
    tf.transpose(tf.reshape(x, [rows, tokens, heads, size / heads]), [0, 2, 1, 3]) as tf.Tensor4D;
  const forward = (): tf.Tensor => {
    const ids = tf.tensor1d(Array.from({ length: rows * tokens }, (_, i) => (37 * i) % 100), "int32"); // prettier-ignore
    const isToken = tf.tensor2d(Array.from({ length: rows * tokens }, (_, i) => Number(i < 1.5 * tokens)), [rows, tokens], "int32"); // prettier-ignore
    const x = layerNorm(tf.gather(table, ids), norms[0], norms[1], 1e-12);
    const mixed = attention(split(linear(x, 0)), split(linear(x, 1)), split(linear(x, 2)), {
      mask: attentionMask(isToken),
    }).output;
    const merged = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [rows * tokens, size]);
    const hidden = layerNorm(tf.add(x, linear(merged, 3)), norms[2], norms[3], 1e-12);
    const wide = gelu(tf.add(tf.matMul(hidden as tf.Tensor2D, inner as tf.Tensor2D), innerBias));
    return tf.add(hidden, tf.matMul(wide as tf.Tensor2D, outer as tf.Tensor2D));
  };
  const variables = [table, ...projections, ...biases, inner, innerBias, outer, ...norms];
  return { variables, forward };
}

/** Sums of twelve uniform numbers: the same on every backend. */
function normals(count: number, seed: number): Float32Array {
  let state = seed * 2_654_435_761;
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return Float32Array.from({ length: count }, () => Array.from({ length: 12 }, uniform).reduce((a, b) => a + b, -6));
}
