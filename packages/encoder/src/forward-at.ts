import { checkTensor } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";
import type { Context } from "@bertkit/nn";
import { gatherPositions } from "@bertkit/ops";

import { checkEncoder, checkForward } from "./check-encoder.ts";
import type { Encoder, EncoderInputs } from "./encoder.ts";

/**
 * The vectors at some positions of each sequence, by `encoder.forwardAt` if it has one, which computes less.
 *
 * @param positions int32 [batch, count], each in [0, tokens); with `tokenRows` each must be a token's, see `Encoder.forwardAt`
 * @returns float32 [batch, count, hiddenSize]
 */
export function forwardAt(
  encoder: Encoder,
  inputs: EncoderInputs,
  positions: tf.Tensor2D,
  context: Context,
): tf.Tensor3D {
  checkEncoder("forwardAt", encoder);
  checkForward("forwardAt", inputs, context);
  checkTensor("forwardAt", "positions", positions);
  return tf.tidy(() => {
    if (encoder.forwardAt !== undefined) return encoder.forwardAt(inputs, positions, context).sequenceOutput;
    const rows = gatherPositions(encoder.forward(inputs, context).sequenceOutput, positions); // [batch · count, size]
    return tf.reshape<tf.Rank.R3>(rows, [...positions.shape, encoder.hiddenSize] as [number, number, number]);
  });
}
