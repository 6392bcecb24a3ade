import { type NameRule, prefixRules } from "@bertkit/nn";
import { bertNames } from "@bertkit/encoder";
import { classifierNames, questionAnsweringNames } from "@bertkit/heads";
import { pretrainingCopies, pretrainingNames } from "@bertkit/pretraining";

/** The names of a head without those of its encoder. */
export const headOnly = (names: readonly NameRule[]): NameRule[] =>
  names.filter(({ path }) => !path.startsWith("encoder."));

/** Hugging Face's names of an encoder and its heads, by the fields of `PretrainedParts`. */
export const folderNames: readonly NameRule[] = [
  ...pretrainingNames,
  ...prefixRules(headOnly(classifierNames), { path: "classifier." }),
  ...prefixRules(headOnly(classifierNames), { path: "tokenClassifier." }),
  ...prefixRules(headOnly(classifierNames), { path: "multipleChoice." }),
  ...prefixRules(headOnly(questionAnsweringNames), { path: "questionAnswerer." }),
];

/** The same for an encoder without heads (`BertModel`), whose names have no prefix. */
export const bareEncoderNames: readonly NameRule[] = prefixRules(bertNames, { path: "encoder." });

/** Tensors that belong to no variable: copies of the tied decoder, and the position ids in old files. */
export const ignoredNames: readonly string[] = [...pretrainingCopies, "embeddings.position_ids"];

/** Tensors that Hugging Face saves but never reads if positions are relative. */
export const absolutePositions: readonly string[] = ["", "bert."].map(
  (prefix) => `${prefix}embeddings.position_embeddings.weight`,
);
