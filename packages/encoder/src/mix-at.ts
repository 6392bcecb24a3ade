import type * as tf from "@tensorflow/tfjs-core";
import type { Context } from "@bertkit/nn";
import { gatherPositions } from "@bertkit/ops";

import { checkAt } from "./check-encoder.ts";
import type { Layout } from "./layout.ts";
import type { Mixer } from "./self-attention.ts";

/**
 * A mixer's output at some positions, int32 [batch, count] → float32 [batch · count, size]. In training all
 * positions are computed, so that dropout draws the same numbers as in `forward`.
 */
export function mixAt(
  mixer: Mixer,
  hidden: tf.Tensor2D,
  positions: tf.Tensor2D,
  layout: Layout,
  context: Context,
): tf.Tensor2D {
  checkAt(hidden, positions, layout, context);
  if (!context.training && mixer.forwardAt !== undefined) return mixer.forwardAt(hidden, positions, layout, context);
  return rowsAt(mixer.forward(hidden, layout, context).output, positions, layout);
}

/** The vectors at some positions, int32 [batch, count]: float32 [rows, size] → [batch · count, size]. */
export function rowsAt(hidden: tf.Tensor2D, positions: tf.Tensor2D, layout: Layout): tf.Tensor2D {
  return gatherPositions(layout.pad(hidden, "any"), positions);
}
