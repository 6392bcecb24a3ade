import * as tf from "@tensorflow/tfjs-core";
import { barrier, withGradient } from "@bertkit/ops";

import type { Context } from "./context.ts";
import { Rng } from "./rng.ts";
import { trainableVariables } from "./variables.ts";

/** A part of a model as a function of one tensor. */
export type Computation<In extends tf.Tensor, Out extends tf.Tensor> = (x: In, context: Context) => Out;

/**
 * Runs a part of a model and forgets everything inside it but the result; the backward pass computes it again, dropout's
 * masks included. Memory for time: the gradients are those of `compute(x, context)`, to the bit on the cpu backend unless
 * something else reads x too, when they are summed in another order. Source: Chen et al., 2016, "Training deep nets with sublinear memory cost".
 *
 * @param part what holds the variables that `compute` uses; others would get no gradient from here
 * @param x float32 of any shape
 * @param compute must do the same when called again: draw from the context's `rng` alone
 */
export function recompute<In extends tf.Tensor, Out extends tf.Tensor>(
  part: object,
  x: In,
  context: Context,
  compute: Computation<In, Out>,
): Out {
  const before = context.rng.state();
  const parameters = [...trainableVariables(part).values()];
  return withGradient<readonly tf.Tensor[]>([x, ...parameters], {
    forward: () => {
      const value = tf.tidy(() => compute(x, context));
      barrier(value);
      return { value, saved: [x] };
    },
    backward: (dy, saved) => {
      barrier(dy);
      const kept = saved[0] as In;
      const replay: Context = { training: context.training, rng: Rng.fromState(before) };
      return gradientsWithin(() => compute(kept, replay), [kept, ...parameters], dy);
    },
  }) as Out;
}

/**
 * Gradients of `compute()` while the gradients of something around it are being computed: TensorFlow.js has one tape,
 * which an inner call would leave empty for the outer.
 */
function gradientsWithin(compute: () => tf.Tensor, inputs: tf.Tensor[], dy: tf.Tensor): tf.Tensor[] {
  const { state } = tf.engine();
  const outer = state.activeTape;
  try {
    const { value, grads } = tf.engine().gradients(compute, inputs, dy, true);
    value.dispose();
    return grads.map((gradient, i) => gradient ?? tf.zerosLike(inputs[i]!));
  } finally {
    state.activeTape = outer;
  }
}
