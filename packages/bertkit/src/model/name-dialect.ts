import { huggingFaceSpellings } from "@bertkit/encoder";
import { nameOfPath, type NameRule, prefixRules } from "@bertkit/nn";
import { classifierTensorflowNames, questionAnsweringTensorflowNames } from "@bertkit/heads";
import { pretrainingModelGardenNames, pretrainingTensorflowNames } from "@bertkit/pretraining";
import { folderNames, headOnly, ignoredNames } from "./folder-names.ts";

/** The naming scheme of a file's tensors. */
export interface NameDialect {
  /** Whether it is Hugging Face's. */
  readonly isHuggingFace: boolean;
  readonly rules: readonly NameRule[];
  /** Names in a file that belong to no variable. */
  readonly ignore: readonly string[];
  /** Whether a name belongs to the training state, not to the model. */
  readonly isTraining: (name: string) => boolean;
}

/** google-research/bert's names of `{ encoder, maskedLm, nextSentence, classifier, questionAnswerer }`. */
export const tensorflowNames: readonly NameRule[] = [
  ...pretrainingTensorflowNames,
  ...prefixRules(headOnly(classifierTensorflowNames), { path: "classifier." }),
  ...prefixRules(headOnly(questionAnsweringTensorflowNames), { path: "questionAnswerer." }),
];

const huggingFace: NameDialect = {
  isHuggingFace: true,
  rules: folderNames,
  ignore: ignoredNames,
  isTraining: () => false,
};
const google: NameDialect = {
  isHuggingFace: false,
  rules: tensorflowNames,
  ignore: [],
  isTraining: (name) => /(^|\/)(adam_[mv]|global_step)$/.test(name),
};

/** The dialect that matches the name of the word embeddings; Hugging Face's if none does. */
export function dialectOf(names: ReadonlyMap<string, unknown>): NameDialect {
  if (names.has("bert/embeddings/word_embeddings")) return google;
  const scope = modelGardenScope(names.keys());
  return scope === undefined ? huggingFace : modelGarden(scope);
}

/** The scope of a Model Garden encoder's variables, such as "bert_encoder_v2/" or ""; undefined if there is none. */
export function modelGardenScope(names: Iterable<string>): string | undefined {
  for (const name of names) {
    const scope = /^(.*\/)?word_embeddings\/embeddings$/.exec(name);
    if (scope) return scope[1] ?? "";
  }
  return undefined;
}

function modelGarden(scope: string): NameDialect {
  return {
    isHuggingFace: false,
    rules: pretrainingModelGardenNames.flatMap((rule) =>
      rule.path.startsWith("encoder.") ? prefixRules([rule], { name: scope }) : [rule],
    ),
    ignore: ["do_lower_case"],
    isTraining: (name) => /^save_counter|optimizer|(^|\/)(global_step|learning_rate)$/i.test(name),
  };
}

/** The name of the variable at a path in a file, in any spelling; undefined if the file does not have it. */
export function nameInFile(
  { rules }: NameDialect,
  names: { has(name: string): boolean },
  path: string,
): string | undefined {
  const named = nameOfPath(rules, path);
  if (!named) return undefined;
  return [named.name, ...named.aliases]
    .flatMap((name) => [name, ...huggingFaceSpellings(name)])
    .find((name) => names.has(name));
}
