import { checkValue, number } from "@bertkit/checks";
import type { Rng } from "./rng.ts";

/** Fills `values` in place. Draws random values from `rng`. */
export type Initializer = (values: Float32Array, rng: Rng) => void;

/** Normal, truncated at two standard deviations: BERT's initializer (σ = 0.02). */
export function truncatedNormal(standardDeviation: number): Initializer {
  checkValue("truncatedNormal", "standardDeviation", standardDeviation, number({ from: 0 }), "BERT's is 0.02.");
  return (values, rng) => rng.fill(values, () => rng.truncatedNormal() * standardDeviation);
}

/** Normal with the given standard deviation. */
export function normal(standardDeviation: number): Initializer {
  checkValue("normal", "standardDeviation", standardDeviation, number({ from: 0 }), "BERT's is 0.02.");
  return (values, rng) => rng.fill(values, () => rng.normal() * standardDeviation);
}

export const zeros: Initializer = (values) => void values.fill(0);

export const ones: Initializer = (values) => void values.fill(1);
