import { type NameRule, prefixRules } from "@bertkit/checkpoints";
import { bertNames } from "@bertkit/encoder";
import { classifierNames, questionAnsweringNames } from "@bertkit/heads";
import { pretrainingCopies, pretrainingNames } from "@bertkit/pretraining";

const headOnly = (names: readonly NameRule[]): NameRule[] => names.filter(({ path }) => !path.startsWith("encoder."));

/** Hugging Face's names for an encoder and its heads by their fields in `PretrainedParts`, whichever there are. */
export const folderNames: readonly NameRule[] = [
  ...pretrainingNames,
  ...prefixRules(headOnly(classifierNames), { path: "classifier." }),
  ...prefixRules(headOnly(classifierNames), { path: "tokenClassifier." }),
  ...prefixRules(headOnly(questionAnsweringNames), { path: "questionAnswerer." }),
];

/** The same for an encoder with no head at all, whose names Hugging Face leaves unprefixed (`BertModel`). */
export const bareEncoderNames: readonly NameRule[] = prefixRules(bertNames, { path: "encoder." });

/** What files may hold that is nobody's: copies of the tied decoder, and the position numbers that old files keep. */
export const ignoredNames: readonly string[] = [...pretrainingCopies, "embeddings.position_ids"];

/** What Hugging Face makes, saves and never reads where positions are relative. */
export const absolutePositions: readonly string[] = ["", "bert."].map(
  (prefix) => `${prefix}embeddings.position_embeddings.weight`,
);
