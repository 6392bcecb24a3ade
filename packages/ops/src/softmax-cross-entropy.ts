import { checkTensors } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

import { checkIds } from "./check-ids.ts";
import { runFusedKernel } from "./fused-kernel.ts";
import { noLosses } from "./no-losses.ts";
import { withGradient } from "./with-gradient.ts";

/**
 * Cross-entropy −log softmax(logits)[label] per row, computed from logits for numerical stability.
 *
 * @param logits float32 [rows, classes]
 * @param labels int32 [rows], each in [0, classes)
 * @returns float32 [rows], in nats
 * @throws RangeError for a label outside [0, classes), see `checkIds`
 */
export function softmaxCrossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D {
  checkTensors("softmaxCrossEntropy", { logits, labels });
  const [rows, classes] = logits.shape;
  if (labels.dtype !== "int32" || labels.size !== rows) {
    throw new RangeError(
      `softmaxCrossEntropy: labels must be int32 [${rows}] for logits [${logits.shape}], got ${labels.dtype} [${labels.shape}].`,
    );
  }
  checkIds("softmaxCrossEntropy", "labels", labels, classes);
  if (rows === 0) return noLosses([logits]);
  return withGradient([logits], {
    forward: (logits) => {
      const [value, probabilities] = crossEntropyForward(logits, labels);
      return { value, saved: [probabilities, labels] };
    },
    backward: (dy, [probabilities, labels]) => {
      const inputs = { dy, probabilities: probabilities!, labels: labels! };
      const fused = runFusedKernel("BertkitSoftmaxCrossEntropyGradient", inputs, {});
      if (fused) return fused;
      // Not tf.oneHot, which rejects a single class.
      const hits = tf.equal(tf.reshape(labels!, [rows, 1]), tf.range(0, classes, 1, "int32")); // [rows, classes]
      const target = tf.cast(hits, "float32");
      return [tf.mul(tf.sub(probabilities!, target), tf.reshape(dy, [rows, 1]))];
    },
  }) as tf.Tensor1D;
}

function crossEntropyForward(logits: tf.Tensor2D, labels: tf.Tensor1D): [tf.Tensor1D, tf.Tensor2D] {
  const fused = runFusedKernel("BertkitSoftmaxCrossEntropy", { logits, labels }, {});
  if (fused) return fused as [tf.Tensor1D, tf.Tensor2D];
  const [rows] = logits.shape;
  const shifted = tf.sub(logits, tf.max(logits, -1, true)); // [rows, classes], largest 0
  const exponentials = tf.exp(shifted);
  const total = tf.sum(exponentials, -1, true); // [rows, 1]
  const indices = tf.stack([tf.range(0, rows, 1, "int32"), labels], 1); // [rows, 2]
  const picked = tf.gatherND(shifted, indices); // [rows]
  const loss = tf.sub(tf.log(tf.reshape(total, [rows])), picked);
  return [loss as tf.Tensor1D, tf.div(exponentials, total) as tf.Tensor2D];
}
