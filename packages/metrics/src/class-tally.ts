import { checkLists, checkOptions } from "@bertkit/checks";
import { checkClasses, checkClassCount, checkPaired } from "./checks.ts";
import type { Counts } from "./class-counts.ts";
import { matthewsOf } from "./matthews-correlation.ts";
import { MetricError } from "./metric-error.ts";
import {
  averageOf,
  precisionRecallF1Rules,
  fromCounts,
  type PrecisionRecallF1,
  type PrecisionRecallF1Options,
} from "./precision-recall-f1.ts";

/** State of a `ClassTally` as JSON: [label, prediction, count]. */
export type ClassTallyState = readonly (readonly [label: number, prediction: number, count: number])[];

/**
 * Counts predicted and true class numbers batch by batch, for data that does not fit in memory, or in shards whose
 * tallies are merged. Each method returns the same result as the function of that name over all examples.
 */
export class ClassTally {
  readonly #counts = new Map<number, Map<number, number>>();
  #total = 0;

  /** Counts a batch. @throws MetricError for an invalid class number, without counting any of the batch */
  update(predictions: ArrayLike<number>, labels: ArrayLike<number>): void {
    const where = "ClassTally.update";
    checkPaired(where, predictions, labels, ["predictions", "labels"]);
    checkClasses(where, predictions, "predictions");
    checkClasses(where, labels, "labels");
    for (let i = 0; i < labels.length; i++) this.#add(labels[i]!, predictions[i]!, 1);
  }

  /** Adds the counts of another tally, or of its state. */
  merge(other: ClassTally | ClassTallyState): void {
    const state = other instanceof ClassTally ? other.state() : other;
    checkLists("ClassTally.merge", "the state", state, "label, prediction and count");
    for (const [label, prediction, count] of state) {
      checkClasses("ClassTally.merge", [label, prediction], "classes");
      if (!Number.isSafeInteger(count) || count < 1)
        throw new MetricError(
          `ClassTally.merge: a count must be a whole number of at least 1, got ${String(count)}. Pass the result of state().`,
        );
    }
    for (const [label, prediction, count] of state) this.#add(label, prediction, count);
  }

  /** The counts as JSON, for merging in another process. */
  state(): ClassTallyState {
    return [...this.#counts].flatMap(([label, row]) =>
      [...row].map(([prediction, count]) => [label, prediction, count] as const),
    );
  }

  accuracy(): number {
    let right = 0;
    for (const [label, row] of this.#counts) right += row.get(label) ?? 0;
    return right / this.#some("accuracy");
  }

  confusionMatrix(classCount?: number): number[][] {
    this.#some("confusionMatrix");
    const size = classCount ?? largestOf(this.#classes()) + 1;
    checkClassCount("ClassTally.confusionMatrix", size, 8192);
    checkClasses("ClassTally.confusionMatrix", [...this.#classes().keys()], "classes", size);
    return Array.from({ length: size }, (_, label) =>
      Array.from({ length: size }, (_, prediction) => this.#counts.get(label)?.get(prediction) ?? 0),
    );
  }

  precisionRecallF1(options: PrecisionRecallF1Options = {}): PrecisionRecallF1 {
    const where = "ClassTally.precisionRecallF1";
    checkOptions(where, options, precisionRecallF1Rules);
    this.#some("precisionRecallF1");
    const classes = this.#classes();
    if (options.classCount !== undefined) checkClasses(where, [...classes.keys()], "classes", options.classCount);
    for (let label = 0; label < (options.classCount ?? 0); label++) if (!classes.has(label)) classes.set(label, none());
    return averageOf(where, classes, options);
  }

  precisionRecallF1ByClass(classCount?: number): PrecisionRecallF1[] {
    this.#some("precisionRecallF1ByClass");
    const classes = this.#classes();
    const size = classCount ?? largestOf(classes) + 1;
    checkClassCount("ClassTally.precisionRecallF1ByClass", size);
    checkClasses("ClassTally.precisionRecallF1ByClass", [...classes.keys()], "classes", size);
    return Array.from({ length: size }, (_, label) => fromCounts(classes.get(label) ?? none()));
  }

  matthewsCorrelation(): number {
    return matthewsOf(this.#classes().values(), this.#some("matthewsCorrelation"));
  }

  #add(label: number, prediction: number, count: number): void {
    const row = this.#counts.get(label) ?? new Map<number, number>();
    this.#counts.set(label, row.set(prediction, (row.get(prediction) ?? 0) + count));
    this.#total += count;
  }

  #classes(): Map<number, Counts> {
    const classes = new Map<number, Counts>();
    const of = (label: number): Counts => {
      if (!classes.has(label)) classes.set(label, none());
      return classes.get(label)!;
    };
    for (const [label, prediction, count] of this.state()) {
      of(label).actual += count;
      of(prediction).predicted += count;
      if (label === prediction) of(label).right += count;
    }
    return new Map([...classes].sort(([a], [b]) => a - b));
  }

  #some(name: string): number {
    if (this.#total > 0) return this.#total;
    throw new MetricError(`ClassTally.${name}: nothing was counted. Update it with at least one example.`);
  }
}

function none(): Counts {
  return { right: 0, predicted: 0, actual: 0 };
}

/** The largest class number; the last, as classes are in ascending order. */
function largestOf(classes: ReadonlyMap<number, Counts>): number {
  return [...classes.keys()].at(-1)!;
}
