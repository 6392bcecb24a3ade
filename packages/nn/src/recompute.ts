import { callable, checkContext, checkTensor, checkValue } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";
import { barrier, withGradient } from "@bertkit/ops";

import type { Context } from "./context.ts";
import { Rng } from "./rng.ts";
import { trainableVariables } from "./variables.ts";

/** A part of a model as a function of one tensor. */
export type Computation<In extends tf.Tensor, Out extends tf.Tensor> = (x: In, context: Context) => Out;

/**
 * Gradient checkpointing: runs a part of a model and keeps only its result. The backward pass computes the rest again,
 * with the same dropout masks. This trades time for memory. The gradients equal those of `compute(x, context)`: bit for
 * bit on the cpu backend, unless x has other uses, whose gradients are then summed in another order.
 * Source: Chen et al., 2016, "Training deep nets with sublinear memory cost".
 *
 * @param part holds all variables that `compute` uses; other variables get no gradient
 * @param x float32 of any shape
 * @param compute must be repeatable: it may draw only from the context's `rng`
 */
export function recompute<In extends tf.Tensor, Out extends tf.Tensor>(
  part: object,
  x: In,
  context: Context,
  compute: Computation<In, Out>,
): Out {
  checkTensor("recompute", "x", x);
  checkContext("recompute", context);
  checkValue("recompute", "compute", compute, callable, "Pass (x, context) => part.forward(x, context).");
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
 * The gradients of `compute()` inside another gradient computation. TensorFlow.js has a single tape, which a nested
 * `tf.grads` would clear for the outer one.
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
