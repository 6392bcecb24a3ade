import { bertModelGardenNames, bertTensorflowNames } from "@bertkit/encoder";
import { type NameRule, prefixRules } from "@bertkit/nn";

/**
 * The names in google-research/bert's TensorFlow 1 checkpoints (run_pretraining.py) for a model
 * `{ encoder, maskedLm, nextSentence }`; either head may be missing.
 */
export const pretrainingTensorflowNames: readonly NameRule[] = [
  ...prefixRules(bertTensorflowNames, { path: "encoder." }),
  ...maskedLmRules("cls/predictions"),
  { path: "maskedLm.bias", name: "cls/predictions/output_bias" },
  { path: "nextSentence.dense.kernel", name: "cls/seq_relationship/output_weights", transpose: true },
  { path: "nextSentence.dense.bias", name: "cls/seq_relationship/output_bias" },
];

/** Those of TensorFlow Model Garden, for a model `{ encoder, maskedLm }`. */
export const pretrainingModelGardenNames: readonly NameRule[] = [
  ...prefixRules(bertModelGardenNames, { path: "encoder." }),
  ...maskedLmRules("cls/predictions").map((rule) => ({ ...rule, aliases: [`bert/${rule.name}`] })),
  {
    path: "maskedLm.bias",
    name: "cls/predictions/output_bias/bias",
    aliases: ["bert/cls/predictions/output_bias/bias"],
  },
];

function maskedLmRules(name: string): NameRule[] {
  return [
    { path: "maskedLm.dense.kernel", name: `${name}/transform/dense/kernel` },
    { path: "maskedLm.dense.bias", name: `${name}/transform/dense/bias` },
    { path: "maskedLm.norm.gamma", name: `${name}/transform/LayerNorm/gamma` },
    { path: "maskedLm.norm.beta", name: `${name}/transform/LayerNorm/beta` },
  ];
}
