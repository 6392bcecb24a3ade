import { checkTensors } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

import { checkIds } from "./check-ids.ts";
import { embeddingLookup } from "./embedding-lookup.ts";

/**
 * Gathers the vectors at given positions of each sequence, one row each (google-research/bert, `gather_indexes`).
 *
 * @param sequence float32 [batch, tokens, size]
 * @param positions int32 [batch, count], each in [0, tokens)
 * @returns float32 [batch · count, size]
 * @throws RangeError for a position outside its sequence, see `checkIds`
 */
export function gatherPositions(sequence: tf.Tensor3D, positions: tf.Tensor2D): tf.Tensor2D {
  checkTensors("gatherPositions", { sequence, positions });
  const [batch, tokens, size] = sequence.shape;
  const count = positions.shape[1];
  if (positions.shape[0] !== batch) {
    throw new RangeError(
      `gatherPositions: positions [${positions.shape}] must have the batch size of the sequence [${sequence.shape}].`,
    );
  }
  checkIds("gatherPositions", "positions", positions, tokens);
  return tf.tidy(() => {
    const starts = tf.tensor2d(
      Int32Array.from({ length: batch }, (_, row) => row * tokens),
      [batch, 1],
      "int32",
    );
    const rows = tf.reshape(tf.add(positions, starts), [batch * count]); // [batch · count]
    return embeddingLookup(tf.reshape(sequence, [batch * tokens, size]), rows) as tf.Tensor2D;
  });
}
