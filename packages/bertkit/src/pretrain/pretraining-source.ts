import type { PretrainingBatch, PretrainingInstance } from "@bertkit/pretraining";

/** A position in a source: numbers below 2²⁴, saved with a run. */
export type SourcePosition = readonly number[];

export interface BatchesOptions {
  /** Ends the batches while the source gets ready for the first one. */
  readonly signal?: AbortSignal | undefined;
  /** Called with messages about progress before the first batch. */
  readonly onMessage?: ((message: string) => void) | undefined;
}

/** Training data of a run. */
export interface PretrainingSource {
  /** A hash that differs if the batches differ; of streamed text, a hash of its files and their sizes. */
  readonly fingerprint: string;
  /** A hash of some of the text, if `fingerprint` is none of it. */
  readonly textSample?: string;
  /** Whether instances are pairs of segments with the label of next-sentence prediction. */
  readonly hasPairs: boolean;
  /** A description of the data, for a message. */
  readonly summary: string;
  /** Evaluation data, the same at each evaluation; empty if nothing is held out. */
  readonly heldOut: readonly PretrainingInstance[];
  /** Count of each id of the vocabulary, in the whole text or the start of it. */
  countTokens(vocabularySize: number): Float64Array | Promise<Float64Array>;
  /**
   * The batches of a run from a step on, counted from 0. The same settings give the same batches.
   *
   * @param position the value of `position` before that step
   */
  batches(
    from: number,
    position: SourcePosition | undefined,
    options?: BatchesOptions,
  ): Iterable<PretrainingBatch> | AsyncIterable<PretrainingBatch>;
  /** The position of the next batch; undefined if the step alone determines it. */
  readonly position?: SourcePosition | undefined;
}

/** The steps [start, end) with one sequence length, counted from 0. */
export interface Phase {
  readonly isLong: boolean;
  readonly start: number;
  readonly end: number;
}

/** The phases that are not over at a step. */
export function phasesFrom(from: number, { steps, longFraction }: { steps: number; longFraction: number }): Phase[] {
  const short = steps - Math.round(steps * longFraction);
  const phases = [
    { isLong: false, start: 0, end: short },
    { isLong: true, start: short, end: steps },
  ];
  return phases.filter(({ start, end }) => start < end && end > from);
}
