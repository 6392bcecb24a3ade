import type { Encoder, EncoderInputs } from "@bertkit/encoder";
import { inference } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";

/** "mean": of all tokens but padding. "cls": the first token's vector. "pooler": the pooler's, through its tanh layer. */
export type Pooling = "mean" | "cls" | "pooler";

/**
 * Runs an encoder and makes one vector of each row's: float32 [batch, hiddenSize], the caller's to dispose.
 *
 * @throws for "pooler" where the encoder has none
 */
export function poolTokens(
  encoder: Encoder,
  inputs: EncoderInputs,
  { pooling, normalize }: { pooling: Pooling; normalize: boolean },
): tf.Tensor2D {
  return tf.tidy(() => {
    const { sequenceOutput, pooledOutput } = encoder.forward(inputs, inference); // [b, n, h], [b, h]
    const pooled = {
      mean: () => maskedMean(sequenceOutput, inputs.attentionMask),
      cls: () => tf.squeeze(tf.slice(sequenceOutput, [0, 0, 0], [-1, 1, -1]), [1]), // [b, h]
      pooler: () => {
        if (!pooledOutput)
          throw new Error(`featureExtraction: the encoder has no pooler. Use pooling "mean" or "cls".`);
        return pooledOutput;
      },
    }[pooling]();
    if (!normalize) return pooled as tf.Tensor2D;
    const lengths = tf.sqrt(tf.sum(tf.square(pooled), 1, true)); // [b, 1]
    return tf.div(pooled, tf.maximum(lengths, 1e-12)) as tf.Tensor2D;
  });
}

/** [b, n, h] → [b, h] */
function maskedMean(vectors: tf.Tensor3D, mask: tf.Tensor2D | undefined): tf.Tensor {
  if (!mask) return tf.mean(vectors, 1);
  const weights = tf.cast(tf.expandDims(mask, 2), "float32"); // [b, n, 1]
  return tf.div(tf.sum(tf.mul(vectors, weights), 1), tf.sum(weights, 1));
}
