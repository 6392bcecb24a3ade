import * as tf from "@tensorflow/tfjs-core";

/** The values of attention [1, tokens, 2 · size]: two heads of `size`; if `masked`, the second half of the tokens is. */
export async function attention(tokens: number, size: number, masked: boolean): Promise<number[]> {
  const result = tf.tidy(() => {
    const part = (offset: number): tf.Tensor => {
      const numbers = Float32Array.from({ length: 2 * tokens * size }, (_, i) => Math.sin(3 * i + offset));
      return tf.transpose(tf.tensor4d(numbers, [1, tokens, 2, size]), [0, 2, 1, 3]);
    };
    const bias = tf.tensor4d(
      Float32Array.from({ length: tokens }, (_, i) => (i < tokens / 2 ? 0 : -10_000)),
      [1, 1, 1, tokens],
    );
    const products = tf.mul(tf.matMul(part(0), part(1), false, true), 0.5);
    const scores = masked ? tf.add(products, bias) : products;
    const mixed = tf.matMul(tf.softmax(scores), part(2));
    return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [1, tokens, 2 * size]);
  });
  const numbers = [...(await result.data())];
  result.dispose();
  return numbers;
}
