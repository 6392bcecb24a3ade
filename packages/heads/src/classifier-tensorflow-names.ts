import { bertTensorflowNames } from "@bertkit/encoder";
import type { NameRule } from "@bertkit/nn";

/** The names in google-research/bert's TensorFlow 1 checkpoints (run_classifier.py) of a classifier's variables. */
export const classifierTensorflowNames: readonly NameRule[] = [
  ...bertTensorflowNames.map((rule) => ({ ...rule, path: `encoder.${rule.path}` })),
  { path: "dense.kernel", name: "output_weights", transpose: true },
  { path: "dense.bias", name: "output_bias" },
];
