import * as tf from "@tensorflow/tfjs-core";
import type { Context } from "@bertkit/nn";

import type { Encoder, EncoderInputs, EncoderOutputs } from "./encoder.ts";

/**
 * An encoder's outputs for what reads only the first token, [CLS], such as a classifier: `sequenceOutput` is float32
 * [batch, count, hiddenSize] with the first token first. In inference the count is 1 if the encoder can compute one token
 * of its last block alone, a sixth less work with six blocks. In training it is all tokens, so that dropout draws the same
 * numbers as in `forward`.
 */
export function forwardFirst(encoder: Encoder, inputs: EncoderInputs, context: Context): EncoderOutputs {
  if (context.training || encoder.forwardAt === undefined) return encoder.forward(inputs, context);
  const positions = tf.zeros<tf.Rank.R2>([inputs.inputIds.shape[0], 1], "int32");
  try {
    return encoder.forwardAt(inputs, positions, context);
  } finally {
    positions.dispose();
  }
}
