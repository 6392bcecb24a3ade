import { checkArray, checkObject, checkTensor } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

/** A differentiable function, defined by its value and its vector-Jacobian product. */
export interface Differentiable<Inputs extends readonly tf.Tensor[]> {
  /** The value, and the tensors that `backward` needs. Other tensors are freed. */
  readonly forward: (...inputs: Inputs) => { value: tf.Tensor; saved: tf.Tensor[] };
  /** One float32 gradient per input, of the shape of that input. */
  readonly backward: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor[];
}

/** Applies a function with a custom gradient: `tf.customGrad` with precise types. */
export function withGradient<Inputs extends readonly tf.Tensor[]>(
  inputs: Inputs,
  definition: Differentiable<Inputs>,
): tf.Tensor {
  checkArray("withGradient", "inputs", inputs, "tensors");
  for (const [i, input] of inputs.entries()) checkTensor("withGradient", `inputs[${i}]`, input);
  checkObject("withGradient", "definition", definition, "{ forward, backward }", "forward", "backward");
  const apply = tf.customGrad((...all: unknown[]) => {
    const save = all[all.length - 1] as (tensors: tf.Tensor[]) => void;
    const { value, saved } = definition.forward(...(all.slice(0, -1) as unknown as Inputs));
    save(saved);
    return { value, gradFunc: (dy: tf.Tensor, kept: tf.Tensor[]) => definition.backward(dy, kept) };
  });
  return apply(...inputs);
}
