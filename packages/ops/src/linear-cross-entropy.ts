import { checkTensors } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

import { checkIds } from "./check-ids.ts";
import { runFusedKernel } from "./fused-kernel.ts";
import { noLosses } from "./no-losses.ts";
import { softmaxCrossEntropy } from "./softmax-cross-entropy.ts";
import { withGradient } from "./with-gradient.ts";

export interface LinearCrossEntropy {
  /** −log softmax(x · tableᵀ + bias)[label] per row, float32 [rows], in nats */
  readonly losses: tf.Tensor1D;
  /** 1 if no class has a larger logit than the label, otherwise 0; float32 [rows], without gradient */
  readonly hits: tf.Tensor1D;
}

/**
 * Cross-entropy of a linear layer over many classes, such as a vocabulary: equal to
 * `softmaxCrossEntropy(tf.add(tf.matMul(x, table, false, true), bias), labels)`. A backend with the fused kernel reads
 * and writes the logits, most of the memory of such a loss, about half as often.
 *
 * @param x float32 [rows, size]
 * @param table float32 [classes, size]
 * @param bias float32 [classes]
 * @param labels int32 [rows], each in [0, classes)
 * @throws RangeError for a label outside [0, classes), see `checkIds`
 */
export function linearCrossEntropy(
  x: tf.Tensor2D,
  table: tf.Tensor2D,
  bias: tf.Tensor1D,
  labels: tf.Tensor1D,
): LinearCrossEntropy {
  checkTensors("linearCrossEntropy", { x, table, bias, labels });
  const [rows, size] = x.shape;
  const [classes] = table.shape;
  if (table.shape[1] !== size || bias.size !== classes)
    throw new RangeError(
      `linearCrossEntropy: table must be [classes, ${size}] and bias [classes] for x [${x.shape}], got table [${table.shape}] and bias [${bias.shape}].`,
    );
  if (labels.dtype !== "int32" || labels.size !== rows)
    throw new RangeError(
      `linearCrossEntropy: labels must be int32 [${rows}] for x [${x.shape}], got ${labels.dtype} [${labels.shape}].`,
    );
  checkIds("linearCrossEntropy", "labels", labels, classes);
  if (rows === 0) return { losses: noLosses([x, table, bias]), hits: tf.zeros([0]) };
  const isFused = tf.getKernel("BertkitLinearCrossEntropy", tf.getBackend()) !== undefined;
  if (!isFused || size === 0) return composed(x, table, bias, labels); // without a size the logits are the bias
  const both = withGradient([x, table, bias], {
    forward: (x, table, bias) => {
      const [value, excess] = runFusedKernel("BertkitLinearCrossEntropy", { x, table, bias, labels }, {})!;
      return { value, saved: [x, table, excess] };
    },
    backward: (dy, [x, table, excess]) =>
      runFusedKernel("BertkitLinearCrossEntropyGradient", { dy, x: x!, table: table!, excess: excess! }, {})!,
  }); // [2, rows]
  const [losses, hits] = tf.unstack(both) as [tf.Tensor1D, tf.Tensor1D];
  return { losses, hits };
}

function composed(x: tf.Tensor2D, table: tf.Tensor2D, bias: tf.Tensor1D, labels: tf.Tensor1D): LinearCrossEntropy {
  const logits = tf.add<tf.Tensor2D>(tf.matMul(x, table, false, true), bias); // [rows, classes]
  const ofLabels = tf.gatherND(logits, tf.stack([tf.range(0, x.shape[0], 1, "int32"), labels], 1)); // [rows]
  const hits = tf.cast(tf.greaterEqual(ofLabels, tf.max(logits, 1)), "float32") as tf.Tensor1D;
  return { losses: softmaxCrossEntropy(logits, labels), hits };
}
