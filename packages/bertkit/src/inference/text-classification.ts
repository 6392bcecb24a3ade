import { checkObject, checkOptions, checkTextInputs } from "@bertkit/checks";
import type { BertConfig } from "@bertkit/encoder";
import { encodeRows, type LabelScore, type SequenceClassifier } from "@bertkit/heads";
import type { TextInput, Tokenizer } from "@bertkit/tokenizer";
import { longestText } from "../model/longest-text.ts";
import { RowRunner, type RunOptions } from "./row-runner.ts";
import { textClassificationRules } from "./option-rules.ts";

export interface TextClassificationOptions extends RunOptions {
  /** Number of labels, best first. Default all. */
  readonly topK?: number;
}

/** The parts of a model that `textClassification` uses. */
export interface ClassificationModel {
  readonly config: BertConfig;
  readonly tokenizer: Tokenizer;
  readonly classifier?: SequenceClassifier;
  /** Maximum tokens per text, if the folder states one, from `fromPretrained`. */
  readonly maxLength?: number;
}

/** Labels one text or pair, or several; best label first. */
export interface TextClassification {
  (input: string): Promise<LabelScore[]>;
  (inputs: readonly TextInput[]): Promise<LabelScore[][]>;
}

/**
 * Returns a function from texts to labels with scores: probabilities that sum to one, in multi-label problems an
 * independent probability per label, or values in regression. Texts are truncated to `maxLength`, by default the model's,
 * and at most the encoder's maximum.
 *
 * @throws if the model has no classifier
 */
export function textClassification(
  model: ClassificationModel,
  options: TextClassificationOptions = {},
): TextClassification {
  checkOptions("textClassification", options, textClassificationRules);
  checkObject(
    "textClassification",
    "model",
    model,
    "a loaded model or { config, tokenizer, classifier }",
    "config",
    "tokenizer",
  );
  const { topK = Infinity, ...rest } = options;
  const { classifier, tokenizer } = model;
  const maxLength = longestText(model, options.maxLength);
  if (!classifier)
    throw new Error(
      "textClassification: the model has no classifier. Load a folder saved from BertForSequenceClassification, or train a SequenceClassifier.",
    );
  const runner = new RowRunner((batch) => classifier.predict(batch), "row", tokenizer.special.padding.id);
  const classify = async (inputs: readonly TextInput[]): Promise<LabelScore[][]> => {
    checkTextInputs("textClassification", "inputs", inputs);
    const scores = await runner.run(encodeRows(inputs, tokenizer, { maxLength }), { ...rest, maxLength });
    return scores.map((row) =>
      classifier.labels
        .map((label, i) => ({ label, score: row[i]! }))
        .sort((a, b) => b.score - a.score)
        .slice(0, topK),
    );
  };
  return (async (input: string | readonly TextInput[]) =>
    typeof input === "string" ? (await classify([input]))[0]! : classify(input)) as TextClassification;
}
