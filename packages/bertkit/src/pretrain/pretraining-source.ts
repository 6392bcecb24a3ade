import type { PretrainingBatch, PretrainingInstance } from "@bertkit/pretraining";

/** Where a source is, as plain numbers below 2²⁴, which are saved with a run. */
export type SourcePosition = readonly number[];

/** What a run reads its batches from. */
export interface PretrainingSource {
  /** Digits that differ where the batches do. */
  readonly fingerprint: string;
  /** A sentence about what there is. */
  readonly summary: string;
  /** What a model is evaluated on, the same each time; empty if nothing is held out. */
  readonly heldOut: readonly PretrainingInstance[];
  /** How often each id of the vocabulary occurs, in all of the text or the first of it. */
  countTokens(vocabularySize: number): Float64Array | Promise<Float64Array>;
  /**
   * The batches of a run from a step on, counted from 0. The same settings give the same batches.
   *
   * @param position what `position` was before that step, if it was anything
   */
  batches(
    from: number,
    position: SourcePosition | undefined,
  ): Iterable<PretrainingBatch> | AsyncIterable<PretrainingBatch>;
  /** Where the batch after the last one starts; undefined if its step says it all. */
  readonly position?: SourcePosition | undefined;
}

/** The steps [start, end) of a run that have one length, counted from 0. */
export interface Phase {
  readonly isLong: boolean;
  readonly start: number;
  readonly end: number;
}

/** The phases of a run that are not over at a step. */
export function phasesFrom(from: number, { steps, longShare }: { steps: number; longShare: number }): Phase[] {
  const short = steps - Math.round(steps * longShare);
  const phases = [
    { isLong: false, start: 0, end: short },
    { isLong: true, start: short, end: steps },
  ];
  return phases.filter(({ start, end }) => start < end && end > from);
}
