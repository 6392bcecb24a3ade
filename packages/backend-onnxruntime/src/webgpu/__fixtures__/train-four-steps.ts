import * as tf from "@tensorflow/tfjs";
import { adamW } from "../../web/__fixtures__/adam-w.ts";

export interface FourSteps {
  readonly losses: number[];
  readonly weights: number[];
  /** The values of a clone of the weights that was made before the last step. */
  readonly clone: number[];
  /** Bytes moved in each step, from `counted`. */
  readonly counts: { uploaded: number; read: number }[];
}

/** Four steps of AdamW over 16,384 weights, on the active backend; a batch has 8 KiB. */
export async function trainFourSteps(counted: () => { uploaded: number; read: number }): Promise<FourSteps> {
  const start = Float32Array.from({ length: 256 * 64 }, (_, i) => Math.sin(i) / 10);
  const weights = tf.variable(tf.tensor2d(start, [256, 64]));
  const optimizer = adamW([weights]);
  const losses: number[] = [];
  const counts: { uploaded: number; read: number }[] = [];
  let clone: tf.Tensor | undefined;
  for (let step = 0; step < 4; step++) {
    const before = counted();
    const inputs = tf.tensor2d(
      Float32Array.from({ length: 8 * 256 }, (_, i) => Math.cos(i + step)),
      [8, 256],
    );
    const { value, grads } = tf.variableGrads(
      () => tf.mean(tf.square(tf.sub(tf.matMul(inputs, weights), 1))),
      [weights],
    );
    if (step === 3) clone = weights.clone();
    optimizer.step([Object.values(grads)[0]!]);
    losses.push((await value.data())[0]!);
    const after = counted();
    counts.push({ uploaded: after.uploaded - before.uploaded, read: after.read - before.read });
    tf.dispose([value, grads, inputs]);
  }
  const result = { losses, weights: [...(await weights.data())], clone: [...(await clone!.data())], counts };
  tf.dispose([weights, clone!]);
  optimizer.dispose();
  return result;
}
