import type { Rng } from "./rng.ts";

/** Fills `values` in place; draws from `rng` what is random. */
export type Initializer = (values: Float32Array, rng: Rng) => void;

/** Normal with the given standard deviation, cut off at two of them; BERT's initializer (σ = 0.02). */
export function truncatedNormal(standardDeviation: number): Initializer {
  return (values, rng) => rng.fill(values, () => rng.truncatedNormal() * standardDeviation);
}

/** Normal with the given standard deviation. */
export function normal(standardDeviation: number): Initializer {
  return (values, rng) => rng.fill(values, () => rng.normal() * standardDeviation);
}

export const zeros: Initializer = (values) => void values.fill(0);

export const ones: Initializer = (values) => void values.fill(1);
