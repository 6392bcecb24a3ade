import { bertNames } from "@bertkit/encoder";
import { type NameRule, prefixRules } from "@bertkit/nn";

/**
 * Hugging Face's names (`BertForSequenceClassification`, `BertForTokenClassification`) of a classifier's variables:
 * the encoder under `bert.`, the output layer `classifier`.
 */
export const classifierNames: readonly NameRule[] = [
  ...prefixRules(bertNames, { path: "encoder.", name: "bert." }),
  { path: "dense.kernel", name: "classifier.weight", transpose: true },
  { path: "dense.bias", name: "classifier.bias" },
];
