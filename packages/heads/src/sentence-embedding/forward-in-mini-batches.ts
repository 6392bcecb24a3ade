import { checkArray } from "@bertkit/checks";
import { bertInputs, type EncodedBatch } from "@bertkit/encoder";
import { type Context, recompute } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { SentenceEmbedder } from "./sentence-embedder.ts";

/**
 * The vectors of a large batch in the memory of a small one, float32 [batch, size]: the mini-batches one after another, of
 * which only the vectors are kept; the backward pass runs each again, with the same dropout. Losses with in-batch negatives
 * over the result equal those of the large batch, and so do their gradients. Call it in `tf.tidy`, as `train` does. Source:
 * Gao et al., 2021, "Scaling deep contrastive learning batch size under memory limited setup" (GradCache).
 *
 * @param miniBatches of any number of rows each, as `padRows` makes them; rows keep their order
 */
export function forwardInMiniBatches(
  embedder: SentenceEmbedder,
  miniBatches: readonly EncodedBatch[],
  context: Context,
): tf.Tensor2D {
  checkArray("forwardInMiniBatches", "miniBatches", miniBatches, "batches, as padRows makes them");
  if (miniBatches.length === 0)
    throw new RangeError("forwardInMiniBatches: miniBatches must be one or more, got none. Pass batches of padRows.");
  const nothing = tf.zeros([1]); // `recompute` is of a tensor, and ids are none that has a gradient
  const vectors = miniBatches.map((batch) =>
    recompute(embedder, nothing, context, (_, own) => embedder.forward(bertInputs(batch), own)),
  );
  return tf.concat2d(vectors, 0);
}
