import * as tf from "@tensorflow/tfjs-core";

/**
 * How the vectors of a text's tokens become one, by sentence-transformers' names: the first token's, the largest of each
 * place, the mean, the sum over the root of the length, the mean weighted by position, the last token's.
 */
export type SentencePooling = "cls" | "max" | "mean" | "mean_sqrt_len_tokens" | "weightedmean" | "lasttoken";

/** All modes, in the order in which sentence-transformers puts them one behind another. */
export const sentencePoolings: readonly SentencePooling[] = [
  "cls",
  "max",
  "mean",
  "mean_sqrt_len_tokens",
  "weightedmean",
  "lasttoken",
];

/** Vectors float32 [b, n, h] and a mask int32 [b, n], absent where nothing is padding, to float32 [b, h]. */
export function poolSentence(vectors: tf.Tensor3D, mask: tf.Tensor2D | undefined, mode: SentencePooling): tf.Tensor2D {
  const [batch, tokens] = vectors.shape;
  const present = mask ? tf.cast(mask, "float32") : tf.ones([batch, tokens]); // [b, n]
  const weighted = (weights: tf.Tensor): tf.Tensor2D => tf.sum(tf.mul(vectors, tf.expandDims(weights, 2)), 1); // [b, h]
  const total = (weights: tf.Tensor): tf.Tensor => tf.maximum(tf.sum(weights, 1, true), 1e-9); // [b, 1]
  const places = tf.range(1, tokens + 1, 1, "float32"); // [n]
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
      const last = tf.max(tf.mul(present, places), 1, true); // [b, 1]
      return weighted(tf.cast(tf.equal(places, last), "float32"));
    }
    default:
      throw new RangeError(
        `pooling must be one of ${sentencePoolings.join(", ")}, got ${JSON.stringify(String(mode).slice(0, 60))}. Choose one of these.`,
      );
  }
}
