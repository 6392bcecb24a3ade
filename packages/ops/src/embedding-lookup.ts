import { checkTensors } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

import { checkIds } from "./check-ids.ts";
import { withGradient } from "./with-gradient.ts";

/**
 * Looks up rows of a table by id. The gradient sums rows of equal ids with `scatterND`, which every backend has;
 * TensorFlow.js's gradient of `gather` needs a kernel that wasm lacks and that takes hours on cpu.
 *
 * @param table float32 [count, size]
 * @param ids int32 of any shape, each in [0, count)
 * @param paddingId the row of this id gets no gradient, as with `padding_idx` of PyTorch's Embedding
 * @returns float32 [...ids.shape, size]
 * @throws RangeError for an id outside the table (see `checkIds`), TypeError for other ranks or dtypes
 */
export function embeddingLookup(table: tf.Tensor, ids: tf.Tensor, paddingId?: number): tf.Tensor {
  checkTensors("embeddingLookup", { table, ids });
  const [count, size] = table.shape as [number, number];
  if (table.rank !== 2 || ids.dtype !== "int32") {
    throw new TypeError(
      `embeddingLookup: needs a table of rank 2 and int32 ids, got table [${table.shape}] and ${ids.dtype} ids.`,
    );
  }
  checkIds("embeddingLookup", "ids", ids, count);
  return withGradient([table], {
    forward: (table) => {
      const flat = tf.reshape(ids, [ids.size]); // [ids]
      const rows = tf.gather(table as tf.Tensor2D, flat as tf.Tensor1D); // [ids, size]
      return { value: tf.reshape(rows, [...ids.shape, size]), saved: [flat] };
    },
    backward: (dy, [flat]) => {
      const rows = tf.reshape(dy, [ids.size, size]);
      const places = tf.reshape(flat!, [ids.size, 1]); // [ids, 1]
      const moving = paddingId === undefined ? rows : tf.mul(rows, tf.cast(tf.notEqual(places, paddingId), "float32"));
      return [tf.scatterND(places, moving, [count, size])];
    },
  });
}
