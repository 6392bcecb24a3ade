import { gradientOf, initialOf, type Scenario } from "./adam-w-scenarios.ts";

export interface Weights {
  readonly values: number[];
  readonly first: number[];
  readonly second: number[];
}

/** Variable `i` before the first step. */
export function newWeights(shape: readonly number[], i: number): Weights {
  const values = Array.from(initialOf(shape, i));
  return { values, first: values.map(() => 0), second: values.map(() => 0) };
}

/** A step of AdamW in double precision, in place. */
export function stepPlainly(scenario: Scenario, weights: readonly Weights[], at: number): void {
  const { learningRate, beta1, beta2, epsilon, clipNorm, biasCorrection } = scenario.numbers;
  const only = scenario.only?.[at] ?? scenario.shapes.map((_, i) => i);
  const gradients = new Map(only.map((i) => [i, Array.from(gradientOf(scenario.shapes[i]!, i, at))]));
  const squares = [...gradients.values()].flat().reduce((sum, g) => sum + g * g, 0);
  const scale = Math.min(1, clipNorm / Math.sqrt(squares));
  const [lack1, lack2] = biasCorrection ? [1 - beta1 ** (at + 1), 1 - beta2 ** (at + 1)] : [1, 1];
  for (const [i, gradient] of gradients) {
    const { values, first, second } = weights[i]!;
    gradient.forEach((unscaled, k) => {
      const g = unscaled * scale;
      first[k] = beta1 * first[k]! + (1 - beta1) * g;
      second[k] = beta2 * second[k]! + (1 - beta2) * g * g;
      const change = first[k]! / lack1 / (Math.sqrt(second[k]! / lack2) + epsilon);
      values[k] = values[k]! - learningRate * (change + scenario.weightDecays[i]! * values[k]!);
    });
  }
}
