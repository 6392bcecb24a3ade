import type { ClassifierLoss } from "@bertkit/heads";
import type { Context } from "@bertkit/nn";

/** What a model scores on examples, by the metric's name. */
export type Scores = Readonly<Record<string, number>>;

/** A model for a task that has a loss: each head of @bertkit/heads is one. */
export interface TrainableHead<Batch> {
  /** Mean loss of a batch, called inside a tidy. */
  loss(batch: Batch, context: Context): ClassifierLoss;
}

/** What `fineTune` has to know of a task; the functions `…Task` make one of a head and its tokenizer. */
export interface FineTuningTask<Example, Row = unknown, Batch = unknown> {
  readonly head: TrainableHead<Batch>;
  /** Which of the scores says which epoch is the best; higher is better. */
  readonly mainScore: string;
  /** What examples are trained on as: one row for each, or several, as the windows of a long text. */
  rows(examples: readonly Example[]): readonly Row[];
  /** Rows as one batch, in plain typed arrays. */
  batch(rows: readonly Row[]): Batch;
  /** How good the head is on examples. No tensor stays. */
  scores(examples: readonly Example[]): Promise<Scores>;
}
