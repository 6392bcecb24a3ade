import { standardErrorOfMean } from "@bertkit/metrics";
import { escapeControls } from "@bertkit/nn";
import type { PretrainingEvaluation } from "@bertkit/pretraining";

import type { MaskedSentence } from "./corpus.ts";
import type { Pretrained } from "./pretrain.ts";
import type { Recipe } from "./recipe.ts";
import type { FineTuned } from "./spam-classifier.ts";
import type { Unigram } from "./unigram.ts";

/** All results of a run, as printed and shown in the report. */
export interface Results {
  recipe: Recipe;
  seed: number;
  backend: string;
  parameters: number;
  corpus: {
    /** Name of the documents, such as "State of the Union addresses". */
    name: string;
    documents: number;
    sentences: number;
    tokens: number;
    heldOut: string;
    /** Mails that were also pretraining data, without labels. */
    mails: { count: number; tokens: number } | undefined;
  };
  pretrained: Pretrained;
  evaluation: Required<PretrainingEvaluation>;
  unigram: Unigram;
  /** Fraction of the majority class in held-out next-sentence labels: the baseline accuracy. */
  majorityNext: number;
  filled: FilledSentence[];
  /** Data of further pretraining, if the recipe has any. */
  further: { mails: number; tokens: number; pretrained: Pretrained } | undefined;
  fineTuned: FineTuned[];
  seconds: number;
}

export interface FilledSentence extends MaskedSentence {
  candidates: { token: string; score: number }[];
}

/** "union 34.5 %  country 12.1 %  (it was: nation)" */
export function candidatesOf({ candidates, answer }: FilledSentence): string {
  const shown = candidates.map(({ token, score }) => `${token} ${(100 * score).toFixed(1)} %`);
  return [...shown, ...(answer === undefined ? [] : [`(it was: ${answer})`])].join("  ");
}

/** 0.1234 ± 0.0021 → "12.34 % ± 0.21" */
export function percent(value: number, standardError?: number): string {
  const error = standardError === undefined ? "" : ` ± ${(100 * standardError).toFixed(2)}`;
  return `${(100 * value).toFixed(2)} %${error}`;
}

/** The held-out results as rows of a table: measure, model, baseline. */
export function evaluationRows({
  evaluation: { maskedLm, nextSentence },
  unigram,
  majorityNext,
}: Pick<Results, "evaluation" | "unigram" | "majorityNext">): string[][] {
  const { loss } = maskedLm;
  const perplexity = Math.exp(loss.value);
  return [
    ["held out", "model ± standard error", "baseline", ""],
    [
      "masked-LM loss (nats)",
      `${loss.value.toFixed(3)} ± ${loss.standardError.toFixed(3)}`,
      unigram.loss.toFixed(3),
      "unigram",
    ],
    // First-order error of exp(loss).
    [
      "masked-LM perplexity",
      `${perplexity.toFixed(0)} ± ${(perplexity * loss.standardError).toFixed(0)}`,
      Math.exp(unigram.loss).toFixed(0),
      "unigram",
    ],
    [
      "masked-LM accuracy",
      percent(maskedLm.accuracy.value, maskedLm.accuracy.standardError),
      percent(unigram.accuracy),
      "unigram",
    ],
    [
      "next-sentence accuracy",
      percent(nextSentence.accuracy.value, nextSentence.accuracy.standardError),
      percent(majorityNext),
      "the majority class",
    ],
  ];
}

/** The classifiers as rows of a table: means over the draws with their standard errors. */
export function fineTunedRows({ fineTuned }: Pick<Results, "fineTuned">): string[][] {
  return [
    ["spam classifier", "start", "accuracy", "F1", "ROC-AUC"],
    ...fineTuned.map(({ mode, start, draws }) => [
      mode,
      start,
      ...scoreNames.map((name) => meanOf(draws.map((draw) => draw[name]))),
    ]),
    ...fineTuned
      .filter(({ start }) => start !== "random weights")
      .map((one) => [
        one.mode,
        `${one.start} less random`,
        ...scoreNames.map((name) => meanOf(aheadOfRandom(fineTuned, one, name), "+")),
      ]),
  ];
}

const scoreNames = ["accuracy", "f1", "rocAuc"] as const;

/** Differences from random weights per draw, with the same mails. */
function aheadOfRandom(
  fineTuned: FineTuned[],
  { mode, draws }: FineTuned,
  name: (typeof scoreNames)[number],
): number[] {
  const random = fineTuned.find((one) => one.mode === mode && one.start === "random weights")!;
  return draws.map((draw, i) => draw[name] - random.draws[i]![name]);
}

function meanOf(values: number[], plus = ""): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const error = values.length > 1 ? ` ± ${standardErrorOfMean(values).toFixed(4)}` : "";
  return `${mean >= 0 ? plus : ""}${mean.toFixed(4)}${error}`;
}

/** Rows with columns of equal width. */
export function table(given: string[][], indent = "   "): string {
  const rows = given.map((row) => row.map(escapeControls));
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map(
      (row) =>
        indent +
        row
          .map((cell, column) => cell.padEnd(widths[column]!))
          .join("   ")
          .trimEnd(),
    )
    .join("\n");
}
