import { checkObjects, checkOptions, checkValue, number, limitLength } from "@bertkit/checks";
import type { TextInput, Tokenizer } from "@bertkit/tokenizer";
import { checkHead } from "../check-arguments.ts";
import { encodeRows } from "../inputs/encode-inputs.ts";
import { predictRules } from "../option-rules.ts";
import { type PredictOptions, predictRows } from "../inputs/predict-rows.ts";
import type { SequenceClassifier } from "./sequence-classifier.ts";

/** A label and its probability, or for regression an output and its value. */
export interface LabelScore {
  readonly label: string;
  readonly score: number;
}

/** Classifies any number of texts or pairs: their scores in the order of the classifier's labels. Leaves no tensors. */
export async function classifyTexts(
  classifier: SequenceClassifier,
  tokenizer: Tokenizer,
  inputs: readonly TextInput[],
  options: PredictOptions = {},
): Promise<LabelScore[][]> {
  checkOptions("classifyTexts", options, predictRules);
  checkHead("classifyTexts", "classifier", classifier, "a SequenceClassifier", "labels");
  const limits = limitLength(classifier, options);
  const rows = encodeRows(inputs, tokenizer, limits);
  const scores = await predictRows(rows, tokenizer.special.padding.id, (batch) => classifier.predict(batch), limits);
  return scores.map((row) => classifier.labels.map((label, i) => ({ label, score: row[i]! })));
}

/** The most probable label; on a tie, the first. */
export function topLabel(scores: readonly LabelScore[]): LabelScore {
  checkObjects("topLabel", "scores", scores, "{ label, score }");
  const [first, ...others] = scores;
  if (first === undefined)
    throw new RangeError("topLabel: needs at least one score, got none. Pass one text's scores.");
  return others.reduce((best, score) => (score.score > best.score ? score : best), first);
}

/** The labels with scores above a threshold, by default 0.5, for multi-label problems. */
export function labelsAbove(scores: readonly LabelScore[], threshold = 0.5): LabelScore[] {
  checkValue("labelsAbove", "threshold", threshold, number(), "Leave it out for 0.5.");
  checkObjects("labelsAbove", "scores", scores, "{ label, score }");
  return scores.filter(({ score }) => score > threshold);
}
