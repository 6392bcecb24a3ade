import { checkTensors } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

import { withGradient } from "./with-gradient.ts";

/**
 * Binary cross-entropy of independent labels z from logits x: max(x, 0) − x·z + log(1 + e^−|x|).
 *
 * @param logits float32 [...]
 * @param labels float32 [...], from 0 to 1
 * @returns float32 of the same shape, in nats
 */
export function sigmoidCrossEntropy<T extends tf.Tensor>(logits: T, labels: tf.Tensor): T {
  checkTensors("sigmoidCrossEntropy", { logits, labels });
  if (logits.shape.join() !== labels.shape.join()) {
    throw new RangeError(
      `sigmoidCrossEntropy: labels must have the shape of the logits, [${logits.shape}], got [${labels.shape}].`,
    );
  }
  return withGradient([logits], {
    forward: (x) => {
      const positive = tf.sub(tf.relu(x), tf.mul(x, labels));
      return { value: tf.add(positive, tf.log1p(tf.exp(tf.neg(tf.abs(x))))), saved: [x, labels] };
    },
    backward: (dy, [x, labels]) => [tf.mul(dy, tf.sub(tf.sigmoid(x!), labels!))],
  }) as T;
}
