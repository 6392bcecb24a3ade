import { bertNames } from "@bertkit/encoder";
import type { NameRule } from "@bertkit/nn";

/**
 * Hugging Face's names (`BertForSequenceClassification`, `BertForTokenClassification`) of a classifier's variables:
 * the encoder under `bert.`, the output layer `classifier`.
 */
export const classifierNames: readonly NameRule[] = [
  ...bertNames.map((rule) => ({
    ...rule,
    path: `encoder.${rule.path}`,
    name: `bert.${rule.name}`,
    ...(rule.aliases && { aliases: rule.aliases.map((alias) => `bert.${alias}`) }),
  })),
  { path: "dense.kernel", name: "classifier.weight", transpose: true },
  { path: "dense.bias", name: "classifier.bias" },
];
