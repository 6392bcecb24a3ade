import { checkOptions, checkValue, number, object, wholeNumber, type Rules } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

export interface LossScalerOptions {
  /** The first scale. Default 65,536. */
  readonly scale?: number;
  /** Number of updates without overflow after which the scale doubles, unless it would exceed 2²⁴. Default 2,000. */
  readonly interval?: number;
}

/** All that a resumed run needs. */
export interface LossScalerState {
  readonly scale: number;
  /** Updates since the scale last changed. */
  readonly updates: number;
  readonly skipped: number;
}

const largestScale = 2 ** 24;

const rules: Rules<LossScalerOptions> = {
  scale: number({ from: 1, to: largestScale }),
  interval: wholeNumber(1),
};

const stateRules: Record<keyof LossScalerState, Parameters<typeof checkValue>[3]> = {
  scale: number({ from: 1, to: 2 * largestScale }), // earlier versions could exceed the largest scale
  updates: wholeNumber(0),
  skipped: wholeNumber(0),
};

/** @throws TypeError or RangeError unless `state` of a LossScaler can have returned it */
export function checkLossScalerState(state: LossScalerState): void {
  checkValue("LossScaler.restore", "state", state, object("a state of a LossScaler"));
  for (const name of ["scale", "updates", "skipped"] as const)
    checkValue("LossScaler.restore", name, state[name], stateRules[name]);
}

/**
 * Dynamic loss scaling (Micikevicius et al., 2018): for training on a backend that computes in float16, where small
 * gradients become zero. The loss is multiplied by the scale, and the gradients are divided by it in float32. A step
 * whose gradients are not finite is skipped and halves the scale; many steps without overflow double it.
 */
export class LossScaler {
  readonly #interval: number;
  #state: LossScalerState;

  constructor(options: LossScalerOptions = {}) {
    checkOptions("LossScaler", options, rules);
    const { scale = 2 ** 16, interval = 2000 } = options;
    this.#interval = interval;
    this.#state = { scale, updates: 0, skipped: 0 };
  }

  get scale(): number {
    return this.#state.scale;
  }

  /** Number of steps skipped so far. */
  get skipped(): number {
    return this.#state.skipped;
  }

  state(): LossScalerState {
    return { ...this.#state };
  }

  /** @throws TypeError or RangeError for a state that `state` cannot have returned; nothing has changed then */
  restore(state: LossScalerState): void {
    checkLossScalerState(state);
    const { scale, updates, skipped } = state;
    this.#state = { scale: Math.min(scale, largestScale), updates, skipped };
  }

  /**
   * Adjusts the scale after a step. Returns whether the step may update.
   * @param finite whether all its gradients are
   * @throws if they are not, and the scale is already 1
   */
  accepts(finite: boolean): boolean {
    const { scale, updates, skipped } = this.#state;
    if (finite) {
      // More than the interval if the run resumed with a shorter one.
      const grows = updates + 1 >= this.#interval && 2 * scale <= largestScale;
      this.#state = { scale: grows ? 2 * scale : scale, updates: grows ? 0 : updates + 1, skipped };
    } else {
      if (scale <= 1)
        throw new Error(
          "train: the gradients are not finite, also without scaling the loss. Lower the learning rate, warm up longer, or train in float32.",
        );
      this.#state = { scale: Math.max(1, scale / 2), updates: 0, skipped: skipped + 1 };
    }
    return finite;
  }
}

/** A scalar that is 0 if all numbers are finite, else NaN. */
export function finiteCheck(tensors: Iterable<tf.Tensor>): tf.Scalar {
  return tf.tidy(() => tf.addN(Array.from(tensors, (tensor) => tf.sum(tf.mul(tensor, 0)))) as tf.Scalar);
}
