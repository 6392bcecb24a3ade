import { checkLists, checkObject, checkObjects, checkOptions, checkValue, number } from "@bertkit/checks";
import {
  type ClassificationBatch,
  classificationBatch,
  type ClassificationExample,
  classifyTexts,
  labelTargets,
  type PredictOptions,
  type SequenceClassifier,
} from "@bertkit/heads";
import {
  accuracy,
  matthewsCorrelation,
  multiLabelPrecisionRecallF1,
  multiLabelRocAuc,
  pearson,
  precisionRecallF1,
  spearman,
} from "@bertkit/metrics";
import type { Tokenizer } from "@bertkit/tokenizer";
import type { FineTuningTask, Scores } from "./fine-tuning-task.ts";
import { taskRules } from "./task-rules.ts";

/**
 * Classifies texts or pairs. The scores depend on the classifier's `problem`:
 * - single-label: `accuracy`, `f1` (of the second label if there are two, else the mean over all labels) and
 *   `matthewsCorrelation`;
 * - multi-label: `f1` (micro), `macroF1` and `rocAuc` (the mean over labels);
 * - regression: `pearson` and `spearman` (means over outputs) and `meanSquaredError`.
 */
export function classificationTask(
  classifier: SequenceClassifier,
  tokenizer: Tokenizer,
  options: PredictOptions = {},
): FineTuningTask<ClassificationExample, ClassificationExample, ClassificationBatch> {
  checkOptions("classificationTask", options, taskRules);
  checkObject("classificationTask", "classifier", classifier, "a SequenceClassifier", "labels", "problem");
  const { batchSize, ...inputs } = options;
  const { problem } = classifier;
  return {
    head: classifier,
    mainScore: { "single-label": "accuracy", "multi-label": "f1", regression: "spearman" }[problem],
    rows: (examples) => examples,
    batch: (rows) => classificationBatch(rows, tokenizer, classifier, inputs),
    scores: async (examples) => {
      checkObjects("classificationTask", "examples", examples, "{ input, label }", "input", "label");
      const found = await classifyTexts(
        classifier,
        tokenizer,
        examples.map(({ input }) => input),
        { ...inputs, ...(batchSize !== undefined && { batchSize }) },
      );
      return classificationScores(
        classifier,
        found.map((row) => row.map(({ score }) => score)),
        examples.map(({ label }) => label),
      );
    },
  };
}

/** The scores of predictions: one row for each example, in the order of the labels. */
export function classificationScores(
  classifier: Pick<SequenceClassifier, "labels" | "problem">,
  predictions: readonly (readonly number[])[],
  labels: readonly ClassificationExample["label"][],
): Scores {
  const where = "classificationScores";
  const targets = labelTargets(labels, classifier);
  const count = classifier.labels.length;
  checkLists(where, "predictions", predictions, "numbers");
  if (labels.length === 0 || predictions.length !== labels.length)
    throw new RangeError(
      `${where}: there must be one list of predictions per label, got ${predictions.length} and ${labels.length}. Pass both of the same examples.`,
    );
  for (const [row, numbers] of predictions.entries()) {
    if (numbers.length !== count)
      throw new RangeError(
        `${where}: predictions[${row}] must be ${count} numbers, one per label, got ${numbers.length}. Pass what the classifier predicts.`,
      );
    for (const value of numbers)
      checkValue(where, `a prediction of example ${row}`, value, number(), "Look for weights that overflowed.");
  }
  if (classifier.problem === "single-label") {
    const best = predictions.map((row) => row.indexOf(Math.max(...row)));
    const { f1 } = precisionRecallF1(best, targets, count === 2 ? {} : { average: "macro", classCount: count });
    return {
      accuracy: accuracy(best, targets as ArrayLike<number>),
      f1,
      matthewsCorrelation: matthewsCorrelation(best, targets),
    };
  }
  const flat = predictions.flat();
  if (classifier.problem === "multi-label") {
    const chosen = flat.map((score) => (score > 0.5 ? 1 : 0));
    const f1 = (average: "micro" | "macro"): number => multiLabelPrecisionRecallF1(chosen, targets, count, average).f1;
    const areas = hasBothClasses(targets, count) ? { rocAuc: multiLabelRocAuc(flat, targets, count).macro } : {};
    return { f1: f1("micro"), macroF1: f1("macro"), ...areas };
  }
  const column = (values: ArrayLike<number>, output: number): number[] =>
    Array.from({ length: labels.length }, (_, row) => values[row * count + output]!);
  const mean = (correlation: typeof pearson): number => {
    let sum = 0;
    for (let output = 0; output < count; output++) {
      const [found, wanted] = [column(flat, output), column(targets, output)];
      if (varies(found) && varies(wanted)) sum += correlation(found, wanted); // a constant has no correlation
    }
    return sum / count;
  };
  const squares = flat.map((value, i) => (value - targets[i]!) ** 2);
  return {
    pearson: mean(pearson),
    spearman: mean(spearman),
    meanSquaredError: squares.reduce((sum, square) => sum + square, 0) / squares.length,
  };
}

function hasBothClasses(targets: ArrayLike<number>, count: number): boolean {
  for (let label = 0; label < count; label++)
    for (let i = label + count; i < targets.length; i += count) if (targets[i] !== targets[label]) return true;
  return false;
}

function varies(values: readonly number[]): boolean {
  return values.some((value) => value !== values[0]);
}
