import type { ClassifierLoss } from "@bertkit/heads";
import type { Context } from "@bertkit/nn";

/** Scores of a model by the metric's name. */
export type Scores = Readonly<Record<string, number>>;

/** A model with a loss; each head of @bertkit/heads is one. */
export interface TrainableHead<Batch> {
  /** Mean loss of a batch, called inside a tidy. */
  loss(batch: Batch, context: Context): ClassifierLoss;
}

/** What `fineTune` needs to know about a task. `classificationTask` and the other `…Task` functions create one. */
export interface FineTuningTask<Example, Row = unknown, Batch = unknown> {
  readonly head: TrainableHead<Batch>;
  /** The name of the score that decides which epoch is the best; higher is better. */
  readonly mainScore: string;
  /** The same for these evaluation examples, if it depends on what they give. Default: `mainScore`. */
  mainScoreOf?(examples: readonly Example[]): string;
  /** The fewest rows of a batch that teach something, such as 2 if the loss compares the rows of a batch. Default 1. */
  readonly smallestBatch?: number;
  /** The rows of examples: one row for each, or several, such as the windows of a long text. */
  rows(examples: readonly Example[]): readonly Row[];
  /** A batch of rows, as typed arrays. */
  batch(rows: readonly Row[]): Batch;
  /** The scores of the head on examples, the main score among them. Leaves no tensors. */
  scores(examples: readonly Example[]): Promise<Scores>;
}
