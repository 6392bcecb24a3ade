import { type Encoder, type EncoderInputs, forwardFirst } from "@bertkit/encoder";
import { SentenceEmbedder, type SentencePooling } from "@bertkit/heads";
import { inference } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";

/**
 * A pooling of sentence-transformers, such as "mean" (of all tokens except padding) and "cls" (the first token); or
 * "pooler", the output of the encoder's pooler.
 */
export type Pooling = SentencePooling | "pooler";

/**
 * Returns a function from a batch to one vector for each row, float32 [batch, size], which the caller disposes. Several
 * poolings are concatenated. It throws for "pooler" if the encoder has none.
 */
export function poolTokens(
  encoder: Encoder,
  { pooling, normalize }: { pooling: Pooling | readonly SentencePooling[]; normalize: boolean },
): (inputs: EncoderInputs) => tf.Tensor2D {
  if (pooling !== "pooler") {
    const embedder = new SentenceEmbedder({ encoder, pooling, normalize });
    return (inputs) => embedder.predict(inputs);
  }
  return (inputs) =>
    tf.tidy(() => {
      const { pooledOutput } = forwardFirst(encoder, inputs, inference); // [batch, size]
      if (!pooledOutput) throw new Error(`featureExtraction: the encoder has no pooler. Use pooling "mean" or "cls".`);
      if (!normalize) return pooledOutput;
      const lengths = tf.sqrt(tf.sum(tf.square(pooledOutput), 1, true)); // [batch, 1]
      return tf.div(pooledOutput, tf.maximum(lengths, 1e-12)) as tf.Tensor2D;
    });
}
