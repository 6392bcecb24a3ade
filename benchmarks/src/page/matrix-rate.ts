import * as tf from "@tensorflow/tfjs-core";

export const matrixSize = 512;

/** The rate of the fastest of ten products, in GFLOP/s. */
export async function rate(product: () => Promise<unknown>): Promise<number> {
  let fastest = Infinity;
  for (let i = 0; i < 10; i++) {
    const start = performance.now();
    await product();
    fastest = Math.min(fastest, performance.now() - start);
  }
  return (2 * matrixSize ** 3) / fastest / 1e6;
}

/** The active backend's rate, in GFLOP/s. */
export async function matrixRate(): Promise<number> {
  const x = tf.randomNormal([matrixSize, matrixSize]) as tf.Tensor2D;
  const sum = tf.tidy(() => tf.sum(x)); // reading one number excludes the copy from the time
  await sum.data();
  const found = await rate(async () => {
    const corner = tf.tidy(() => tf.slice(tf.matMul(x, x), [0, 0], [1, 1]));
    await corner.data();
    corner.dispose();
  });
  tf.dispose([x, sum]);
  return found;
}
