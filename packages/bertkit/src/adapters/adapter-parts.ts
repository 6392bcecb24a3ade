import { type NameRule, nameOfPath } from "@bertkit/nn";
import { bareEncoderNames, folderNames } from "../model/folder-names.ts";
import type { PretrainedParts } from "../model/pretrained.ts";

/** The parts of a model that have variables, the encoder first, so that a variable's path begins with its part. */
export function adapterParts({
  encoder,
  maskedLm,
  nextSentence,
  classifier,
  tokenClassifier,
  multipleChoice,
  questionAnswerer,
}: PretrainedParts): { readonly parts: object; readonly rules: readonly NameRule[]; readonly taskType: string | null } {
  const heads = { maskedLm, nextSentence, classifier, tokenClassifier, multipleChoice, questionAnswerer };
  const given = Object.fromEntries(Object.entries(heads).filter(([, head]) => head !== undefined));
  const bare = Object.keys(given).length === 0;
  return {
    parts: { encoder, ...given },
    rules: bare ? bareEncoderNames : folderNames,
    taskType: classifier
      ? "SEQ_CLS"
      : tokenClassifier
        ? "TOKEN_CLS"
        : questionAnswerer
          ? "QUESTION_ANS"
          : bare
            ? "FEATURE_EXTRACTION"
            : null,
  };
}

/** The name of a dense layer's module in Hugging Face's model, such as "bert.encoder.layer.0.attention.self.query". */
export function moduleName(rules: readonly NameRule[], path: string): string | undefined {
  return nameOfPath(rules, `${path}.kernel`)?.name.replace(/\.weight$/, "");
}
