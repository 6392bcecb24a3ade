import { type Rng, variables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";

/** A computation with the same results on every backend. */
export interface ParityCase {
  /** "package/what" */
  readonly name: string;
  /** The public names of the package that it covers. */
  readonly covers: readonly string[];
  /** Creates its tensors on the active backend; deterministic. */
  readonly build: (rng: Rng) => BuiltCase | Promise<BuiltCase>;
}

export interface BuiltCase {
  /** The variables to differentiate with respect to, by name; may be empty. */
  readonly variables: ReadonlyMap<string, tf.Variable>;
  /** Computes all outputs again, by name. */
  readonly forward: () => Record<string, tf.Tensor>;
  /** The outputs whose weighted sum is differentiated. Default: all. */
  readonly differentiate?: readonly string[];
  /** A loss to differentiate instead of the weighted sum. */
  readonly loss?: () => tf.Scalar;
}

/** Numbers of about unit size that are exact in float32, so that every precision starts from the same values. */
export function numbers(rng: Rng, count: number, scale = 1): number[] {
  return Array.from({ length: count }, () => Math.round(rng.normal() * scale * 256) / 256);
}

/** A float32 variable of given numbers. */
export function variable<R extends tf.Rank>(rng: Rng, shape: tf.ShapeMap[R], scale = 1): tf.Variable<R> {
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tidy(() => tf.variable(tf.tensor<R>(numbers(rng, size, scale), shape)));
}

/** A case for one function, with its differentiable arguments by name and shape. */
export function functionCase(
  name: string,
  covers: readonly string[],
  shapes: Record<string, number[]>,
  compute: (inputs: Record<string, tf.Tensor>) => tf.Tensor | Record<string, tf.Tensor>,
): ParityCase {
  return {
    name,
    covers,
    build: (rng) => {
      const inputs = new Map(Object.entries(shapes).map(([key, shape]) => [key, variable(rng, shape as [number])]));
      return {
        variables: inputs,
        forward: () => {
          const result = compute(Object.fromEntries(inputs));
          return result instanceof tf.Tensor ? { value: result } : result;
        },
      };
    },
  };
}

/**
 * The variables of a model, all moved away from their initial values: initial weights of σ = 0.02, zero biases and unit
 * scales would hide a wrong gradient.
 */
export function modelVariables(
  rng: Rng,
  model: object,
  inputs: Record<string, tf.Variable> = {},
): Map<string, tf.Variable> {
  const found = new Map([...variables(model), ...Object.entries(inputs)]);
  for (const weights of variables(model).values()) {
    const shift = tf.tensor(numbers(rng, weights.size, 0.4), weights.shape);
    const rounded = tf.div(tf.round(tf.mul(weights, 256)), 256);
    const moved = tf.add(rounded, shift);
    weights.assign(moved);
    tf.dispose([shift, rounded, moved]);
  }
  return found;
}

/** The loss and the metrics of an objective, by name. */
export function named({
  loss,
  metrics,
}: {
  loss: tf.Scalar;
  metrics: Record<string, tf.Scalar>;
}): Record<string, tf.Tensor> {
  return { loss, ...Object.fromEntries(Object.entries(metrics).map(([key, value]) => [`metrics.${key}`, value])) };
}
