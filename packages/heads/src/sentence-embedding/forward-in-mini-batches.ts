import { checkArray, checkContext } from "@bertkit/checks";
import { bertInputs, type EncodedBatch } from "@bertkit/encoder";
import { type Context, recompute } from "@bertkit/nn";
import { checkHead } from "../check-arguments.ts";
import * as tf from "@tensorflow/tfjs-core";
import type { SentenceEmbedder } from "./sentence-embedder.ts";

/**
 * Computes the vectors of a large batch, float32 [batch, size], with the memory of a small one. The mini-batches run one
 * after another, and only their vectors are kept; the backward pass runs each mini-batch again, with the same dropout.
 * Losses with in-batch negatives, and their gradients, equal those of the large batch. Call it in `tf.tidy`, as `train`
 * does. Source: Gao et al., 2021, "Scaling deep contrastive learning batch size under memory limited setup" (GradCache).
 *
 * @param miniBatches batches of any size, from `padRows`; the rows keep their order
 */
export function forwardInMiniBatches(
  embedder: SentenceEmbedder,
  miniBatches: readonly EncodedBatch[],
  context: Context,
): tf.Tensor2D {
  checkHead("forwardInMiniBatches", "embedder", embedder, "a SentenceEmbedder");
  checkContext("forwardInMiniBatches", context);
  checkArray("forwardInMiniBatches", "miniBatches", miniBatches, "batches, as padRows makes them");
  if (miniBatches.length === 0)
    throw new RangeError("forwardInMiniBatches: miniBatches must be one or more, got none. Pass batches of padRows.");
  const nothing = tf.zeros([1]); // `recompute` needs an input with a gradient, which ids are not
  const vectors = miniBatches.map((batch) =>
    recompute(embedder, nothing, context, (_, own) => embedder.forward(bertInputs(batch), own)),
  );
  return tf.concat2d(vectors, 0);
}
