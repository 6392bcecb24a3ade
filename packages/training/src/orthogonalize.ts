import { checkTensor, checkValue, wholeNumber } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

/** Coefficients of the quintic, chosen for the steepest slope at zero. */
const [a, b, c] = [3.4445, -4.775, 2.0315] as const;

/**
 * Approximates the nearest matrices with orthonormal rows (or columns, if there are fewer): a Newton–Schulz iteration
 * brings every singular value to between 0.7 and 1.2. It consists of matrix products, so it runs on any backend.
 * Source: `zeropower_via_newtonschulz5` in KellerJordan/Muon, here in float32.
 *
 * @param matrices float32 [count, rows, columns]
 * @param iterations 5 suffice for singular values above about 0.01 of the largest
 * @returns float32 [count, rows, columns]
 */
export function orthogonalize(matrices: tf.Tensor3D, iterations: number): tf.Tensor3D {
  checkValue("orthogonalize", "iterations", iterations, wholeNumber(), "Muon's are 5.");
  checkTensor("orthogonalize", "matrices", matrices);
  if (matrices.rank !== 3)
    throw new RangeError(
      `orthogonalize: matrices must have shape [count, rows, columns], got [${matrices.shape.join(", ")}]. Use tf.stack.`,
    );
  const [, rows, columns] = matrices.shape;
  return tf.tidy(() => {
    const tall = rows > columns;
    const oriented = tall ? tf.transpose(matrices, [0, 2, 1]) : matrices;
    const norm = tf.sqrt(tf.sum(tf.square(oriented), [1, 2], true)); // [count, 1, 1]
    let x: tf.Tensor3D = tf.div(oriented, tf.add(norm, 1e-7)); // [count, rows, columns], rows ≤ columns
    for (let i = 0; i < iterations; i++) {
      const gram = tf.matMul(x, x, false, true); // [count, rows, rows]
      const polynomial = tf.add<tf.Tensor3D>(tf.mul(gram, b), tf.mul(tf.matMul(gram, gram), c));
      x = tf.add(tf.mul(x, a), tf.matMul(polynomial, x));
    }
    return tall ? tf.transpose(x, [0, 2, 1]) : x;
  });
}
