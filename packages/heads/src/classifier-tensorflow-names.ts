import { bertTensorflowNames } from "@bertkit/encoder";
import { type NameRule, prefixRules } from "@bertkit/nn";

/** The names in google-research/bert's TensorFlow 1 checkpoints (run_classifier.py) of a classifier's variables. */
export const classifierTensorflowNames: readonly NameRule[] = [
  ...prefixRules(bertTensorflowNames, { path: "encoder." }),
  { path: "dense.kernel", name: "output_weights", transpose: true },
  { path: "dense.bias", name: "output_bias" },
];
