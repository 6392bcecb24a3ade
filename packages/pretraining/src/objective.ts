import type { Encoder, EncoderOutputs } from "@bertkit/encoder";
import type { Context } from "@bertkit/nn";
import { callable, checkContext, checkObject, checkOptions, checkValue, trueOrFalse } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";
import type { PretrainingBatch } from "./pretraining-batch.ts";
import { pretrainingTensors, type PretrainingTensors } from "./pretraining-tensors.ts";

/** A loss to minimize, and metrics; scalars on the device. */
export interface ObjectiveLoss {
  readonly loss: tf.Scalar;
  readonly metrics: Record<string, tf.Scalar>;
}

/**
 * A pretraining objective. Its heads are public fields, so `[encoder, objective]` is a model. Any object with these two
 * methods fits; `objective(...)` builds one from `lossOf`.
 */
export interface Objective {
  /** Runs the encoder, then `lossOf`. Call it in `tf.tidy`; `train` does. */
  loss(encoder: Encoder, batch: PretrainingBatch | PretrainingTensors, context: Context): ObjectiveLoss;
  /** The loss from the encoder's outputs, so that several objectives share one forward pass. */
  lossOf(outputs: EncoderOutputs, batch: PretrainingTensors, context: Context): ObjectiveLoss;
  /**
   * Whether `lossOf` uses only the vectors at `maskedPositions` and of [CLS]; `loss` then computes only these if the
   * encoder can.
   */
  readonly readsMaskedAlone?: boolean;
}

/** Builds an objective from its heads (`fields`) and its loss of the encoder's outputs. */
export function objective<F extends object>(
  fields: F,
  lossOf: Objective["lossOf"],
  options: Pick<Objective, "readsMaskedAlone"> = {},
): F & Objective {
  checkOptions("objective", options, { readsMaskedAlone: trueOrFalse });
  checkValue("objective", "lossOf", lossOf, callable, "Pass (outputs, batch, context) => ({ loss, metrics }).");
  const { readsMaskedAlone = false } = options;
  const loss: Objective["loss"] = (encoder, batch, context) => {
    checkObject("objective.loss", "encoder", encoder, "an encoder", "forward");
    checkObject("objective.loss", "batch", batch, "what pretrainingBatch gives", "inputIds");
    checkContext("objective.loss", context);
    const tensors = "shape" in batch ? pretrainingTensors(batch) : batch;
    // Batches for next-sentence prediction only may have no masked positions.
    const hasMasked = (tensors as Partial<PretrainingTensors>).maskedPositions !== undefined;
    if (!readsMaskedAlone || !hasMasked || encoder.forwardAt === undefined)
      return lossOf(encoder.forward(tensors, context), tensors, context);
    const [rows, count] = tensors.maskedPositions.shape;
    const positions = tf.concat<tf.Tensor2D>([tf.zeros([rows, 1], "int32"), tensors.maskedPositions], 1); // [batch, 1 + predictions]
    const maskedPositions = tf.tile<tf.Tensor2D>(tf.reshape(tf.range(1, count + 1, 1, "int32"), [1, count]), [rows, 1]); // their indices in the result
    return lossOf(encoder.forwardAt(tensors, positions, context), { ...tensors, maskedPositions }, context);
  };
  const checkedLossOf: Objective["lossOf"] = (outputs, batch, context) => {
    checkObject("objective.lossOf", "outputs", outputs, "an encoder's outputs", "sequenceOutput");
    checkObject("objective.lossOf", "batch", batch, "what pretrainingTensors gives");
    return lossOf(outputs, batch, context);
  };
  return { ...fields, loss, lossOf: checkedLossOf, readsMaskedAlone };
}
