import type * as tf from "@tensorflow/tfjs-core";
import { dropout } from "@bertkit/ops";

import type { Context } from "./context.ts";

/** Dropout: active in training, the identity in inference. */
export class Dropout {
  readonly rate: number;

  /** @param rate fraction of elements dropped, in [0, 1) */
  constructor(rate: number) {
    if (!(rate >= 0 && rate < 1)) throw new RangeError(`Dropout: rate must be in [0, 1), got ${rate}.`);
    this.rate = rate;
  }

  forward<T extends tf.Tensor>(x: T, context: Context): T {
    if (!context.training || this.rate === 0) return x;
    return dropout(x, this.rate, context.rng.bits());
  }
}
