import { bertNames, bertTensorflowNames } from "@bertkit/encoder";
import type { NameRule } from "@bertkit/nn";

/** Hugging Face's names (`BertForQuestionAnswering`) of a `QuestionAnswerer`'s variables. */
export const questionAnsweringNames: readonly NameRule[] = [
  ...bertNames.map((rule) => ({
    ...rule,
    path: `encoder.${rule.path}`,
    name: `bert.${rule.name}`,
    ...(rule.aliases && { aliases: rule.aliases.map((alias) => `bert.${alias}`) }),
  })),
  { path: "dense.kernel", name: "qa_outputs.weight", transpose: true },
  { path: "dense.bias", name: "qa_outputs.bias" },
];

/** The same in google-research/bert's TensorFlow 1 checkpoints (run_squad.py). */
export const questionAnsweringTensorflowNames: readonly NameRule[] = [
  ...bertTensorflowNames.map((rule) => ({ ...rule, path: `encoder.${rule.path}` })),
  { path: "dense.kernel", name: "cls/squad/output_weights", transpose: true },
  { path: "dense.bias", name: "cls/squad/output_bias" },
];
