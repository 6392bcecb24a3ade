import * as tf from "@tensorflow/tfjs-core";

/**
 * How token vectors are pooled, with the names of sentence-transformers: the first token's vector, the elementwise
 * maximum, the mean, the sum divided by the square root of the length, the mean weighted by position, the last token's
 * vector.
 */
export type SentencePooling = "cls" | "max" | "mean" | "mean_sqrt_len_tokens" | "weightedmean" | "lasttoken";

/** All modes, in the order in which sentence-transformers concatenates them. */
export const sentencePoolings: readonly SentencePooling[] = [
  "cls",
  "max",
  "mean",
  "mean_sqrt_len_tokens",
  "weightedmean",
  "lasttoken",
];

/**
 * Pools vectors float32 [batch, tokens, size] to float32 [batch, size]. The mask is int32 [batch, tokens]; undefined
 * without padding.
 */
export function poolSentence(vectors: tf.Tensor3D, mask: tf.Tensor2D | undefined, mode: SentencePooling): tf.Tensor2D {
  const [batch, tokens] = vectors.shape;
  const present = mask ? tf.cast(mask, "float32") : tf.ones([batch, tokens]); // [batch, tokens]
  const weighted = (weights: tf.Tensor): tf.Tensor2D => tf.sum(tf.mul(vectors, tf.expandDims(weights, 2)), 1); // [batch, size]
  const total = (weights: tf.Tensor): tf.Tensor => tf.maximum(tf.sum(weights, 1, true), 1e-9); // [batch, 1]
  const places = tf.range(1, tokens + 1, 1, "float32"); // [tokens]
  switch (mode) {
    case "cls":
      return tf.squeeze(tf.slice(vectors, [0, 0, 0], [-1, 1, -1]), [1]);
    case "max":
      return tf.max(tf.sub(vectors, tf.expandDims(tf.mul(tf.sub(1, present), 1e9), 2)), 1);
    case "mean":
      return tf.div(weighted(present), total(present));
    case "mean_sqrt_len_tokens":
      return tf.div(weighted(present), tf.sqrt(total(present)));
    case "weightedmean":
      return tf.div(weighted(tf.mul(present, places)), total(tf.mul(present, places)));
    case "lasttoken": {
      const last = tf.max(tf.mul(present, places), 1, true); // [batch, 1]
      return weighted(tf.cast(tf.equal(places, last), "float32"));
    }
    default:
      throw new RangeError(
        `pooling must be one of ${sentencePoolings.join(", ")}, got ${JSON.stringify(String(mode).slice(0, 60))}. Use one of these.`,
      );
  }
}
