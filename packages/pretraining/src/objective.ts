import type { Encoder, EncoderOutputs } from "@bertkit/encoder";
import type { Context } from "@bertkit/nn";
import type * as tf from "@tensorflow/tfjs-core";
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
}

/** An objective from the part that differs: `fields` (heads) and what to do with the encoder's outputs. */
export function objective<F extends object>(fields: F, lossOf: Objective["lossOf"]): F & Objective {
  const loss: Objective["loss"] = (encoder, batch, context) => {
    const tensors = "shape" in batch ? pretrainingTensors(batch) : batch;
    return lossOf(encoder.forward(tensors, context), tensors, context);
  };
  return { ...fields, loss, lossOf };
}
