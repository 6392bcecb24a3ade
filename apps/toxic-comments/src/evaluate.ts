import { classifyTexts, type ClassificationExample, type SequenceClassifier } from "@bertkit/heads";
import { multiLabelRocAuc } from "@bertkit/metrics";
import { escapeControls } from "@bertkit/nn";
import type { TextInput, Tokenizer } from "@bertkit/tokenizer";

export interface LabelResult {
  label: string;
  positives: number;
  /** Mean binary cross-entropy, nats. */
  loss: number;
  /** Undefined if all or none of the held-out comments have this label. */
  rocAuc: number | undefined;
}

export interface Evaluation {
  labels: LabelResult[];
  loss: number;
  /** The mean over labels that have one; undefined if none has. */
  macroRocAuc: number | undefined;
}

/** The loss and the ROC-AUC of every label on the held-out comments. */
export async function evaluate(
  classifier: SequenceClassifier,
  tokenizer: Tokenizer,
  examples: readonly ClassificationExample[],
  maxLength: number,
): Promise<Evaluation> {
  const scores = await classifyTexts(
    classifier,
    tokenizer,
    examples.map(({ input }) => input as TextInput),
    { maxLength },
  );
  const flatScores = scores.flatMap((row) => row.map(({ score }) => score));
  return evaluationOf(flatScores, examples, classifier.labels);
}

/** The same for given probabilities, row-major [comments, labels]. */
export function evaluationOf(
  flatScores: ArrayLike<number>,
  examples: readonly ClassificationExample[],
  labels: readonly string[],
): Evaluation {
  const truth = examples.flatMap(({ label }) => labels.map((name) => ((label as string[]).includes(name) ? 1 : 0)));
  const hasBothClasses = truth.some((holds, at) => holds !== truth[at % labels.length]);
  const areas = hasBothClasses ? multiLabelRocAuc(flatScores, truth, labels.length) : undefined;
  const results = labels.map((label, column): LabelResult => {
    const rows = examples.map((_, row) => row * labels.length + column);
    const loss = rows.reduce((sum, at) => sum + crossEntropy(flatScores[at]!, truth[at]!), 0) / rows.length;
    return { label, positives: rows.reduce((sum, at) => sum + truth[at]!, 0), loss, rocAuc: areas?.byLabel[column] };
  });
  return {
    labels: results,
    loss: results.reduce((sum, { loss }) => sum + loss, 0) / results.length,
    macroRocAuc: areas?.macro,
  };
}

/** Cross-entropy of a float32 probability, clipped as in Keras. */
function crossEntropy(probability: number, label: number): number {
  const p = Math.min(1 - 1e-7, Math.max(1e-7, probability));
  return -(label * Math.log(p) + (1 - label) * Math.log(1 - p));
}

export function evaluationTable({ labels, loss, macroRocAuc }: Evaluation): string {
  const width = Math.max(...labels.map(({ label }) => escapeControls(label).length), "all labels".length);
  const line = (name: string, positives: string, loss: string, area: string) =>
    `   ${name.padEnd(width)}  ${positives.padStart(9)}  ${loss.padStart(7)}  ${area.padStart(7)}`;
  return [
    line("label", "positives", "loss", "ROC-AUC"),
    ...labels.map((row) =>
      line(escapeControls(row.label), String(row.positives), row.loss.toFixed(4), row.rocAuc?.toFixed(4) ?? "–"),
    ),
    line("all labels", "", loss.toFixed(4), macroRocAuc?.toFixed(4) ?? "–"),
  ].join("\n");
}

/** Compares the classifier with the bag of words trained on the same comments, in one line. */
export function comparison(classifier: Evaluation, bagOfWords: Evaluation): string {
  const [own, words] = [classifier.macroRocAuc, bagOfWords.macroRocAuc];
  if (own === undefined || words === undefined)
    return "no ROC-AUC: each label is on all held-out comments or on none. Use more comments, or hold out more with --held-out.";
  const difference = `${Math.abs(own - words).toFixed(4)} ${own >= words ? "ahead of" : "behind"}`;
  return `mean ROC-AUC ${own.toFixed(4)}: ${difference} a bag of words, logistic regression on word counts of the same comments (${words.toFixed(4)})`;
}
