import type { Encoder, EncoderOutputs } from "@bertkit/encoder";
import type { Context } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { PretrainingBatch } from "./pretraining-batch.ts";
import { pretrainingTensors, type PretrainingTensors } from "./pretraining-tensors.ts";

/** A loss to minimise and numbers to show, all scalars on the device. */
export interface ObjectiveLoss {
  readonly loss: tf.Scalar;
  readonly metrics: Record<string, tf.Scalar>;
}

/**
 * Something to pretrain for. Heads are public fields, so `[encoder, objective]` is a model. Any object with these two
 * methods will do; `objective(...)` makes one from the second.
 */
export interface Objective {
  /** One forward pass of the encoder, then `lossOf`. Call it inside a tidy; `train` does. */
  loss(encoder: Encoder, batch: PretrainingBatch | PretrainingTensors, context: Context): ObjectiveLoss;
  /** The same from what the encoder already gave, so that several objectives share one pass. */
  lossOf(outputs: EncoderOutputs, batch: PretrainingTensors, context: Context): ObjectiveLoss;
  /** Whether `lossOf` reads the vectors at `maskedPositions` and of [CLS] alone: `loss` then leaves the others out where the encoder can. */
  readonly readsMaskedAlone?: boolean;
}

/** An objective from the part that differs: `fields` (heads) and what to do with the encoder's outputs. */
export function objective<F extends object>(
  fields: F,
  lossOf: Objective["lossOf"],
  { readsMaskedAlone = false }: Pick<Objective, "readsMaskedAlone"> = {},
): F & Objective {
  const loss: Objective["loss"] = (encoder, batch, context) => {
    const tensors = "shape" in batch ? pretrainingTensors(batch) : batch;
    // Batches for the next sentence alone may come without masked positions.
    const hasMasked = (tensors as Partial<PretrainingTensors>).maskedPositions !== undefined;
    if (!readsMaskedAlone || !hasMasked || encoder.forwardAt === undefined)
      return lossOf(encoder.forward(tensors, context), tensors, context);
    const [rows, count] = tensors.maskedPositions.shape;
    const positions = tf.concat<tf.Tensor2D>([tf.zeros([rows, 1], "int32"), tensors.maskedPositions], 1); // [b, 1 + p]
    const maskedPositions = tf.tile<tf.Tensor2D>(tf.reshape(tf.range(1, count + 1, 1, "int32"), [1, count]), [rows, 1]); // where they are then
    return lossOf(encoder.forwardAt(tensors, positions, context), { ...tensors, maskedPositions }, context);
  };
  return { ...fields, loss, lossOf, readsMaskedAlone };
}
