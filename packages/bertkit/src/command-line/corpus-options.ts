import type { CorpusOptions } from "@bertkit/datasets";
import type { SettingValues } from "./command-settings.ts";

/** The corpus options of `corpusSettings`; sentences are not split where only words are wanted. */
export function corpusOptionsOf(values: SettingValues): CorpusOptions {
  const { layout, field, format, split, encoding } = values;
  return {
    sentences: (text) => [text],
    ...({ layout, field, format, split, encoding } as CorpusOptions),
  };
}
