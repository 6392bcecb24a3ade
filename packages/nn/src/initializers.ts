import type { Rng } from "./rng.ts";

/** Fills `values` in place. Draws random values from `rng`. */
export type Initializer = (values: Float32Array, rng: Rng) => void;

/** Normal, truncated at two standard deviations: BERT's initializer (σ = 0.02). */
export function truncatedNormal(standardDeviation: number): Initializer {
  return (values, rng) => rng.fill(values, () => rng.truncatedNormal() * standardDeviation);
}

/** Normal with the given standard deviation. */
export function normal(standardDeviation: number): Initializer {
  return (values, rng) => rng.fill(values, () => rng.normal() * standardDeviation);
}

export const zeros: Initializer = (values) => void values.fill(0);

export const ones: Initializer = (values) => void values.fill(1);
