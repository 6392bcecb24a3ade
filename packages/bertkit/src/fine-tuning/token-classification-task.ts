import { checkOptions } from "@bertkit/checks";
import {
  type PredictOptions,
  tagWords,
  type TokenBatch,
  tokenBatch,
  type TokenClassifier,
  type TokenExample,
} from "@bertkit/heads";
import { accuracy, entityF1 } from "@bertkit/metrics";
import type { Tokenizer } from "@bertkit/tokenizer";
import type { FineTuningTask, Scores } from "./fine-tuning-task.ts";
import { taskRules } from "./task-rules.ts";

/**
 * Sentences with a label for each word. Scores, in [0, 1]: `accuracy` of words, and where the labels are BIO `precision`,
 * `recall` and `f1` of whole entities; words beyond `maxLength` count as "O", or as wrong.
 */
export function tokenClassificationTask(
  classifier: TokenClassifier,
  tokenizer: Tokenizer,
  options: PredictOptions = {},
): FineTuningTask<TokenExample, TokenExample, TokenBatch> {
  checkOptions("tokenClassificationTask", options, taskRules);
  const { batchSize: _, ...inputs } = options;
  return {
    head: classifier,
    mainScore: isBio(classifier.labels) ? "f1" : "accuracy",
    rows: (examples) => examples,
    batch: (rows) => tokenBatch(rows, tokenizer, classifier, inputs),
    scores: async (examples) => {
      const found = await tagWords(
        classifier,
        tokenizer,
        examples.map(({ words }) => words),
        options,
      );
      const tags = found.map((sentence) => sentence.map((tag) => tag?.label ?? "O"));
      return tagScores(
        classifier,
        tags,
        examples.map(({ labels }) => labels),
      );
    },
  };
}

/** What tags, a list for each sentence, score against labels. */
export function tagScores(
  { labels: known }: Pick<TokenClassifier, "labels">,
  tags: readonly (readonly string[])[],
  labels: readonly (readonly string[])[],
): Scores {
  const right = accuracy(tags.flat(), labels.flat());
  if (!isBio(known)) return { accuracy: right };
  const { precision, recall, f1 } = entityF1(tags, labels);
  return { precision, recall, f1, accuracy: right };
}

function isBio(labels: readonly string[]): boolean {
  return labels.includes("O") && labels.every((label) => label === "O" || /^[BI]-./.test(label));
}
