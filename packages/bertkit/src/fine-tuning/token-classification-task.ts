import { checkObject, checkObjects, checkOptions } from "@bertkit/checks";
import {
  type PredictOptions,
  tagWords,
  type TokenBatch,
  tokenBatch,
  type TokenClassifier,
  type TokenExample,
} from "@bertkit/heads";
import { accuracy, entityF1, type TagScheme, tagSchemeOf } from "@bertkit/metrics";
import type { Tokenizer } from "@bertkit/tokenizer";
import type { FineTuningTask, Scores } from "./fine-tuning-task.ts";
import { taskRules } from "./task-rules.ts";

/**
 * Labels each word of a sentence. The scores are in [0, 1]: `accuracy` of words and, if the labels have prefixes such as B-
 * and I-, `precision`, `recall` and `f1` of whole entities. Words beyond `maxLength` count as "O", or as wrong if there is
 * no "O".
 */
export function tokenClassificationTask(
  classifier: TokenClassifier,
  tokenizer: Tokenizer,
  options: PredictOptions = {},
): FineTuningTask<TokenExample, TokenExample, TokenBatch> {
  checkOptions("tokenClassificationTask", options, taskRules);
  checkObject("tokenClassificationTask", "classifier", classifier, "a TokenClassifier", "predict", "labels");
  const { batchSize: _, ...inputs } = options;
  return {
    head: classifier,
    mainScore: prefixedScheme(classifier.labels) ? "f1" : "accuracy",
    rows: (examples) => examples,
    batch: (rows) => tokenBatch(rows, tokenizer, classifier, inputs),
    scores: async (examples) => {
      checkObjects("tokenClassificationTask", "examples", examples, "{ words, labels }", "words", "labels");
      for (const [i, { words, labels }] of examples.entries())
        if (words.length !== labels.length)
          throw new RangeError(
            `tokenClassificationTask: example ${i} has ${words.length} words and ${labels.length} labels. Pass one label per word.`,
          );
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

/** The scores of predicted tags, a list for each sentence. */
export function tagScores(
  { labels: known }: Pick<TokenClassifier, "labels">,
  tags: readonly (readonly string[])[],
  labels: readonly (readonly string[])[],
): Scores {
  const right = accuracy(tags.flat(), labels.flat());
  const scheme = prefixedScheme(known);
  if (scheme === undefined) return { accuracy: right };
  const { precision, recall, f1 } = entityF1(tags, labels, { scheme });
  return { precision, recall, f1, accuracy: right };
}

/** The scheme of labels with prefixes. Bare labels may be parts of speech, which are not entities. */
function prefixedScheme(labels: readonly string[]): TagScheme | undefined {
  const scheme = tagSchemeOf(labels);
  return scheme === "bare" ? undefined : scheme;
}
