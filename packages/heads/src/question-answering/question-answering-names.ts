import { bertNames, bertTensorflowNames } from "@bertkit/encoder";
import { type NameRule, prefixRules } from "@bertkit/nn";

/** Hugging Face's names (`BertForQuestionAnswering`) of a `QuestionAnswerer`'s variables. */
export const questionAnsweringNames: readonly NameRule[] = [
  ...prefixRules(bertNames, { path: "encoder.", name: "bert." }),
  { path: "dense.kernel", name: "qa_outputs.weight", transpose: true },
  { path: "dense.bias", name: "qa_outputs.bias" },
];

/** The same in google-research/bert's TensorFlow 1 checkpoints (run_squad.py). */
export const questionAnsweringTensorflowNames: readonly NameRule[] = [
  ...prefixRules(bertTensorflowNames, { path: "encoder." }),
  { path: "dense.kernel", name: "cls/squad/output_weights", transpose: true },
  { path: "dense.bias", name: "cls/squad/output_bias" },
];
