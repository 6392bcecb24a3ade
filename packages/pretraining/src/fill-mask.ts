import { checkObject, checkOptions } from "@bertkit/checks";
import { bertInputs, type EncodedBatch, type Encoder } from "@bertkit/encoder";
import { inference } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { MaskedLmScorer } from "./masked-lm-head.ts";
import { largestValues } from "./largest-values.ts";
import { fillMaskRules } from "./option-rules.ts";

/** Options of `fillMask`. */
export interface FillMaskOptions {
  readonly encoder: Encoder;
  readonly head: MaskedLmScorer;
  /** Encoded texts that contain [MASK], from the tokenizer's `encodeBatch`. */
  readonly batch: EncodedBatch;
  readonly maskId: number;
  /** Number of candidates per mask. Default 5. */
  readonly topK?: number;
}

/** A mask with its most probable ids in descending order. */
export interface FilledMask {
  /** Index of the text in the batch. */
  readonly row: number;
  /** Index of the token in the text. */
  readonly position: number;
  readonly candidates: readonly { readonly id: number; readonly score: number }[];
}

/** Predicts the most probable ids at every [MASK] of a batch, each mask independently. */
export async function fillMask(options: FillMaskOptions): Promise<FilledMask[]> {
  checkOptions("fillMask", options, fillMaskRules);
  const { encoder, head, batch, maskId, topK = 5 } = options;
  checkObject("fillMask", "batch", batch, "an encoded batch", "inputIds", "attentionMask", "shape");
  const [, length] = batch.shape;
  const masks: number[] = [];
  batch.inputIds.forEach((id, i) => {
    if (id === maskId && batch.attentionMask[i] === 1) masks.push(i);
  });
  if (masks.length === 0) return [];

  const probabilities = tf.tidy(() => {
    const { sequenceOutput } = encoder.forward(bertInputs(batch), inference); // [batch, tokens, size]
    const flat = tf.reshape(sequenceOutput, [1, -1, sequenceOutput.shape[2]]) as tf.Tensor3D; // [1, batch · tokens, size]
    return tf.softmax(head.forward(flat, tf.tensor2d(masks, [1, masks.length], "int32"))); // [masks, vocabulary]
  });
  const values = await probabilities.data();
  probabilities.dispose();
  const size = values.length / masks.length;
  return masks.map((mask, i) => ({
    row: Math.floor(mask / length),
    position: mask % length,
    candidates: largestValues(values.subarray(i * size, (i + 1) * size), topK),
  }));
}
