import { MetricError } from "./metric-error.ts";

/**
 * Any metric of two lists, such as a ROC-AUC, a rank correlation or the F1 of entities, of data that come in batches or
 * lie in shards: it keeps both lists, for these metrics have no smaller exact state, and the result is that of all at once.
 *
 * const auc = new Collected(rocAuc); auc.update(scores, labels); …; auc.merge(other); auc.result()
 */
export class Collected<Prediction, Label, Result> {
  readonly #metric: (predictions: Prediction[], labels: Label[]) => Result;
  readonly #predictions: Prediction[] = [];
  readonly #labels: Label[] = [];

  /** `metric` gets all predictions and all labels. */
  constructor(metric: (predictions: Prediction[], labels: Label[]) => Result) {
    this.#metric = metric;
  }

  /** Adds a batch: as many predictions as labels. */
  update(predictions: ArrayLike<Prediction>, labels: ArrayLike<Label>): void {
    if (predictions.length !== labels.length)
      throw new MetricError(
        `Collected.update: predictions and labels must be equally long, got ${predictions.length} and ${labels.length}. Pass one of each per example.`,
      );
    for (let i = 0; i < labels.length; i++) {
      this.#predictions.push(predictions[i]!);
      this.#labels.push(labels[i]!);
    }
  }

  /** Adds what another one has, or what its `state()` gave in another process. */
  merge(other: Collected<Prediction, Label, unknown> | { predictions: Prediction[]; labels: Label[] }): void {
    const { predictions, labels } = other instanceof Collected ? other.state() : other;
    this.update(predictions, labels);
  }

  /** Both lists: JSON, where what they hold is. */
  state(): { predictions: Prediction[]; labels: Label[] } {
    return { predictions: [...this.#predictions], labels: [...this.#labels] };
  }

  /** The metric of all that was added. */
  result(): Result {
    return this.#metric(this.#predictions, this.#labels);
  }
}
