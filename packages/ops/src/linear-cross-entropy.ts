import * as tf from "@tensorflow/tfjs-core";

import { runFusedKernel } from "./fused-kernel.ts";
import { softmaxCrossEntropy } from "./softmax-cross-entropy.ts";
import { withGradient } from "./with-gradient.ts";

export interface LinearCrossEntropy {
  /** −log softmax(x · tableᵀ + bias)[label] of every row, float32 [rows], in nats */
  losses: tf.Tensor1D;
  /** 1 where no class has a larger logit than the label, else 0, float32 [rows]; has no gradient */
  hits: tf.Tensor1D;
}

/**
 * Cross-entropy of a linear layer over many classes, as over the words of a vocabulary, logits and loss in one: a backend
 * that has the fused kernel passes over the logits, which are most of the memory of such a loss, about half as often.
 * The same as `softmaxCrossEntropy(tf.add(tf.matMul(x, table, false, true), bias), labels)`.
 *
 * @param x float32 [rows, size]
 * @param table float32 [classes, size]
 * @param bias float32 [classes]
 * @param labels int32 [rows], each in [0, classes)
 */
export function linearCrossEntropy(
  x: tf.Tensor2D,
  table: tf.Tensor2D,
  bias: tf.Tensor1D,
  labels: tf.Tensor1D,
): LinearCrossEntropy {
  const [rows, size] = x.shape;
  const [classes] = table.shape;
  if (table.shape[1] !== size || bias.size !== classes)
    throw new Error(
      `linearCrossEntropy: x [${x.shape}] needs a table [classes, ${size}] and a bias of as many classes, got [${table.shape}] and [${bias.shape}].`,
    );
  if (labels.dtype !== "int32" || labels.size !== rows)
    throw new Error(
      `linearCrossEntropy: needs ${rows} int32 labels for x [${x.shape}], got ${labels.dtype} [${labels.shape}].`,
    );
  if (tf.getKernel("BertkitLinearCrossEntropy", tf.getBackend()) === undefined) return composed(x, table, bias, labels);
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
  const hits = tf.cast(tf.equal(tf.argMax(logits, 1), labels), "float32") as tf.Tensor1D;
  return { losses: softmaxCrossEntropy(logits, labels), hits };
}
