import type * as tf from "@tensorflow/tfjs-core";
import { checkContext, checkValue, number } from "@bertkit/checks";
import { dropout } from "@bertkit/ops";

import type { Context } from "./context.ts";

/** Dropout: active in training, the identity in inference. */
export class Dropout {
  readonly rate: number;

  /** @param rate fraction of elements dropped, in [0, 1) */
  constructor(rate: number) {
    checkValue("Dropout", "rate", rate, number({ from: 0, below: 1 }), "Pass the fraction of elements to drop.");
    this.rate = rate;
  }

  forward<T extends tf.Tensor>(x: T, context: Context): T {
    checkContext("Dropout.forward", context);
    if (!context.training || this.rate === 0) return x;
    return dropout(x, this.rate, context.rng.bits());
  }
}
