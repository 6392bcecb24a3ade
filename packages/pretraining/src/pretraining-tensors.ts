import { checkObject } from "@bertkit/checks";
import { bertInputs, type EncoderInputs } from "@bertkit/encoder";
import * as tf from "@tensorflow/tfjs-core";
import type { PretrainingBatch } from "./pretraining-batch.ts";

/** A pretraining batch on the device; also the encoder's inputs. */
export interface PretrainingTensors extends EncoderInputs {
  /** int32 [batch, predictions] */
  readonly maskedPositions: tf.Tensor2D;
  /** int32 [batch, predictions] */
  readonly maskedIds: tf.Tensor2D;
  /** float32 [batch, predictions] */
  readonly maskedWeights: tf.Tensor2D;
  /** int32 [batch] */
  readonly nextSentenceLabels: tf.Tensor1D;
  /** See `PretrainingBatch`. */
  readonly maskedWeightTotal?: number;
}

/** Creates the tensors of a batch. Call it in `tf.tidy`, as in the loss of `train`, or dispose the tensors. */
export function pretrainingTensors(batch: PretrainingBatch): PretrainingTensors {
  checkObject(
    "pretrainingTensors",
    "batch",
    batch,
    "what pretrainingBatch gives",
    "shape",
    "maskedPositions",
    "maskedIds",
  );
  const predictions: [number, number] = [batch.shape[0], batch.maxPredictions];
  return {
    ...bertInputs(batch),
    maskedPositions: tf.tensor2d(batch.maskedPositions, predictions, "int32"),
    maskedIds: tf.tensor2d(batch.maskedIds, predictions, "int32"),
    maskedWeights: tf.tensor2d(batch.maskedWeights, predictions, "float32"),
    nextSentenceLabels: tf.tensor1d(batch.nextSentenceLabels, "int32"),
    ...(batch.maskedWeightTotal !== undefined && { maskedWeightTotal: batch.maskedWeightTotal }),
  };
}
