import { checkArray, checkValue, number, object } from "@bertkit/checks";
import type { Rng } from "./rng.ts";

/** Fills `values` in place. Draws random values from `rng`. */
export type Initializer = (values: Float32Array, rng: Rng) => void;

/** Normal, truncated at two standard deviations: BERT's initializer (σ = 0.02). */
export function truncatedNormal(standardDeviation: number): Initializer {
  checkValue("truncatedNormal", "standardDeviation", standardDeviation, number({ from: 0 }), "BERT's is 0.02.");
  return (values, rng) => filled("truncatedNormal", values, rng, () => rng.truncatedNormal() * standardDeviation);
}

/** Normal with the given standard deviation. */
export function normal(standardDeviation: number): Initializer {
  checkValue("normal", "standardDeviation", standardDeviation, number({ from: 0 }), "BERT's is 0.02.");
  return (values, rng) => filled("normal", values, rng, () => rng.normal() * standardDeviation);
}

export const zeros: Initializer = (values) => constant("zeros", values, 0);

export const ones: Initializer = (values) => constant("ones", values, 1);

function filled(where: string, values: Float32Array, rng: Rng, draw: () => number): void {
  checkArray(where, "values", values, "numbers");
  checkValue(where, "rng", rng, object("an Rng", "random", "fill"), "Pass new Rng(seed).");
  rng.fill(values, draw);
}

function constant(where: string, values: Float32Array, value: number): void {
  checkArray(where, "values", values, "numbers");
  values.fill(value);
}
