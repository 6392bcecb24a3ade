import { callable, checkArray, checkObject, checkValue } from "@bertkit/checks";
import { MetricError } from "./metric-error.ts";

/**
 * Collects predictions and labels from batches or shards for a metric of two lists, such as ROC-AUC, a rank correlation
 * or the F1 of entities. It keeps both lists, because these metrics have no smaller exact state.
 *
 * const auc = new Collected(rocAuc); auc.update(scores, labels); …; auc.merge(other); auc.result()
 */
export class Collected<Prediction, Label, Result> {
  readonly #metric: (predictions: Prediction[], labels: Label[]) => Result;
  readonly #predictions: Prediction[] = [];
  readonly #labels: Label[] = [];

  /** @param metric called with all predictions and all labels */
  constructor(metric: (predictions: Prediction[], labels: Label[]) => Result) {
    checkValue("Collected", "metric", metric, callable, "Pass a metric, such as rocAuc.");
    this.#metric = metric;
  }

  /** Adds a batch with as many predictions as labels. */
  update(predictions: ArrayLike<Prediction>, labels: ArrayLike<Label>): void {
    checkArray("Collected.update", "predictions", predictions, "predictions");
    checkArray("Collected.update", "labels", labels, "labels");
    if (predictions.length !== labels.length)
      throw new MetricError(
        `Collected.update: predictions and labels must be equally long, got ${predictions.length} and ${labels.length}. Pass one of each per example.`,
      );
    for (let i = 0; i < labels.length; i++) {
      this.#predictions.push(predictions[i]!);
      this.#labels.push(labels[i]!);
    }
  }

  /** Adds the lists of another `Collected`, or of its `state()`. */
  merge(other: Collected<Prediction, Label, unknown> | { predictions: Prediction[]; labels: Label[] }): void {
    checkObject("Collected.merge", "the other", other, "a Collected or its state");
    const { predictions, labels } = other instanceof Collected ? other.state() : other;
    this.update(predictions, labels);
  }

  /** Both lists; JSON if their items are. */
  state(): { predictions: Prediction[]; labels: Label[] } {
    return { predictions: [...this.#predictions], labels: [...this.#labels] };
  }

  /** The metric over everything added. */
  result(): Result {
    return this.#metric(this.#predictions, this.#labels);
  }
}
