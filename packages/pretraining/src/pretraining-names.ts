import { bertNames } from "@bertkit/encoder";
import { type NameRule, prefixRules } from "@bertkit/nn";

/**
 * Hugging Face's names (`BertForPreTraining`) for a model `{ encoder, maskedLm, nextSentence }`; either head may be
 * missing. The decoder's matrix is the word table, so files need not contain it, and bertkit's do not.
 */
export const pretrainingNames: readonly NameRule[] = [
  ...prefixRules(bertNames, { path: "encoder.", name: "bert." }),
  { path: "maskedLm.dense.kernel", name: "cls.predictions.transform.dense.weight", transpose: true },
  { path: "maskedLm.dense.bias", name: "cls.predictions.transform.dense.bias" },
  {
    path: "maskedLm.norm.gamma",
    name: "cls.predictions.transform.LayerNorm.weight",
    aliases: ["cls.predictions.transform.LayerNorm.gamma"],
  },
  {
    path: "maskedLm.norm.beta",
    name: "cls.predictions.transform.LayerNorm.bias",
    aliases: ["cls.predictions.transform.LayerNorm.beta"],
  },
  { path: "maskedLm.bias", name: "cls.predictions.bias", aliases: ["cls.predictions.decoder.bias"] },
  { path: "nextSentence.dense.kernel", name: "cls.seq_relationship.weight", transpose: true },
  { path: "nextSentence.dense.bias", name: "cls.seq_relationship.bias" },
];

/** Other tensors in files: copies of the tied decoder and a buffer. Pass as `ignore` to `importVariables`. */
export const pretrainingCopies: readonly string[] = [
  "cls.predictions.decoder.weight",
  "cls.predictions.decoder.bias",
  "bert.embeddings.position_ids",
];
