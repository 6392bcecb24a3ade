import { BARE_SPACE, characterData, CHINESE, DECOMPOSING, PUNCTUATION, SPACE } from "../unicode/character-data.ts";
import type { CharacterDialect } from "../unicode/character-data.ts";

/** What a code point does to a run; `RunKinds` by code point. */
export const INSIDE = 0; // part of a run
export const BETWEEN = 1; // ends a run and gives nothing
export const ALONE = 2; // ends a run and is one by itself
export const PAIRED = 3; // a high surrogate: look at the pair

/** Length 0x110000. */
export type RunKinds = Uint8Array;

const cache = new Map<string, RunKinds>();

/**
 * Where BERT's normaliser and pre-tokenizer never look across, so that each run between can be normalised and
 * split alone, and what came of it remembered. A run may still hold several words or none.
 *
 * In the google dialect punctuation stays inside: whether a capital sigma is the last letter is decided across it.
 */
export function bertRunKinds(options: {
  dialect: CharacterDialect;
  cleanText: boolean;
  isolateChineseCharacters: boolean;
}): RunKinds {
  const { dialect, cleanText, isolateChineseCharacters } = options;
  const key = `${dialect} ${cleanText} ${isolateChineseCharacters}`;
  const known = cache.get(key);
  if (known) return known;
  const { flags } = characterData(dialect);
  const between = cleanText ? SPACE : SPACE | BARE_SPACE;
  const kinds = new Uint8Array(0x110000);
  for (let point = 0; point < kinds.length; point++) {
    const flag = flags[point]!;
    if (flag === 0) continue;
    if (flag & between) kinds[point] = BETWEEN;
    else if (isolateChineseCharacters && flag & CHINESE) kinds[point] = ALONE;
    else if (dialect === "hf-fast" && flag & PUNCTUATION && !(flag & DECOMPOSING)) kinds[point] = ALONE;
  }
  kinds.fill(PAIRED, 0xd800, 0xdc00);
  cache.set(key, kinds);
  return kinds;
}
