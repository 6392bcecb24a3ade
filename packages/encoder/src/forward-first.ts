import * as tf from "@tensorflow/tfjs-core";
import type { Context } from "@bertkit/nn";

import { checkEncoder, checkForward } from "./check-encoder.ts";
import type { Encoder, EncoderInputs, EncoderOutputs } from "./encoder.ts";

/**
 * An encoder's outputs for a head that reads only the first token, [CLS], such as a classifier. In inference, if the
 * encoder has `forwardAt`, `sequenceOutput` is float32 [batch, 1, hiddenSize], and the last block computes only keys and
 * values for the other tokens: with six blocks about a seventh less work. In training it is `forward`, so that dropout
 * draws the same numbers.
 */
export function forwardFirst(encoder: Encoder, inputs: EncoderInputs, context: Context): EncoderOutputs {
  checkEncoder("forwardFirst", encoder);
  checkForward("forwardFirst", inputs, context);
  if (context.training || encoder.forwardAt === undefined) return encoder.forward(inputs, context);
  const positions = tf.zeros<tf.Rank.R2>([inputs.inputIds.shape[0], 1], "int32");
  try {
    return encoder.forwardAt(inputs, positions, context);
  } finally {
    positions.dispose();
  }
}
