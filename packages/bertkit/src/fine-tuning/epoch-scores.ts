import type { Scores } from "./fine-tuning-task.ts";

/** The scores after an epoch. */
export interface EpochScores {
  /** From 1. */
  readonly epoch: number;
  /** Mean training loss of the epoch. */
  readonly loss: number;
  /** On the evaluation examples; undefined without these. */
  readonly scores: Scores | undefined;
}

/** The epoch with the highest main score; of equal ones the first. Any number is higher than NaN. */
export function bestEpoch(epochs: readonly EpochScores[], mainScore: string): number {
  const [first, ...others] = epochs;
  // JSON saves NaN as null.
  const score = ({ scores }: EpochScores): number => scores?.[mainScore] ?? NaN;
  const isBetter = (one: number, other: number): boolean => one > other || Number.isNaN(other);
  return others.reduce((best, entry) => (isBetter(score(entry), score(best)) ? entry : best), first!).epoch;
}

/** Whether the main score has not risen for `patience` epochs. */
export function isOver(epochs: readonly EpochScores[], mainScore: string, patience: number): boolean {
  return epochs.length > patience && epochs.length - bestEpoch(epochs, mainScore) >= patience;
}
