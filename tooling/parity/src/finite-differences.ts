import { Rng } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";

import { type CaseResult, weightedSum } from "./evaluate.ts";
import type { BuiltCase } from "./parity-case.ts";

/** A directional derivative, by finite differences and from the gradient. */
export interface DirectionalDerivative {
  variable: string;
  measured: number;
  /** The dot product of the computed gradient and the direction. */
  stated: number;
}

/** A case's result in double precision, and finite differences that confirm its gradients. */
export interface Reference extends CaseResult {
  derivatives: DirectionalDerivative[];
}

const step = 1e-3;
const maxSingleElements = 24;
const randomDirections = 3;

/**
 * Computes derivatives of a case's weighted sum by central differences: along every element of a small variable, and
 * along random directions in a large one. For double precision.
 */
export function finiteDifferences(built: BuiltCase, gradients: Record<string, number[]>): DirectionalDerivative[] {
  const rng = new Rng(22);
  return [...built.variables].flatMap(([name, variable]) => {
    const start = Float64Array.from(variable.dataSync());
    const measure = (direction: Float64Array): DirectionalDerivative => ({
      variable: name,
      measured: derivative((distance) =>
        lossAt(
          built,
          variable,
          start.map((x, i) => x + distance * direction[i]!),
        ),
      ),
      stated: direction.reduce((sum, d, i) => sum + d * gradients[name]![i]!, 0),
    });
    const found = directions(rng, start.length).map(measure);
    lossAt(built, variable, start);
    return found;
  });
}

function directions(rng: Rng, size: number): Float64Array[] {
  const single = (element: number): Float64Array =>
    Float64Array.from({ length: size }, (_, i) => (i === element ? 1 : 0));
  if (size <= maxSingleElements) return Array.from({ length: size }, (_, element) => single(element));
  const sampled = Array.from({ length: 4 }, () => single(rng.integer(0, size - 1)));
  const random = Array.from({ length: randomDirections }, () =>
    Float64Array.from({ length: size }, () => rng.normal() / Math.sqrt(size)),
  );
  return [...sampled, ...random];
}

/** Richardson's extrapolation of two central differences: its error is of order step⁴. */
function derivative(f: (distance: number) => number): number {
  return (8 * (f(step) - f(-step)) - (f(2 * step) - f(-2 * step))) / (12 * step);
}

function lossAt(built: BuiltCase, variable: tf.Variable, values: Float64Array): number {
  return tf.tidy(() => {
    variable.assign(tf.tensor(values as unknown as Float32Array, variable.shape));
    return weightedSum(built).dataSync()[0]!;
  });
}
