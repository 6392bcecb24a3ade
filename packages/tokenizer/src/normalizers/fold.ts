import { DECOMPOSING, DROPPED, UPPERCASE } from "../unicode/character-data.ts";
import type { CharacterData } from "../unicode/character-data.ts";
import { AlignedCharacters } from "./aligned-characters.ts";

const SHARP_S: readonly number[] = [0xdf, 0x1e9e];

/**
 * NFKC_Casefold but for the composition, as TF.Text's `case_fold_utf8` has it: compatibility characters taken apart, case
 * folded (ß to ss), what is ignorable left out. As in decompose.ts only flagged characters are given to the runtime's
 * `normalize`.
 */
export function fold(input: AlignedCharacters, { flags, lowercase }: CharacterData): AlignedCharacters {
  const output = new AlignedCharacters();
  for (let i = 0; i < input.length; i++) {
    const point = input.points[i]!;
    const start = input.starts[i]!;
    const end = input.ends[i]!;
    const flag = flags[point]!;
    if (!(flag & (UPPERCASE | DECOMPOSING))) output.push(point, start, end);
    if (!(flag & (UPPERCASE | DECOMPOSING)) || flag & DROPPED) continue;
    // A mark may fold where its letter does not: U+0345 in U+1FB3.
    for (const part of points(String.fromCodePoint(point).normalize(flag & UPPERCASE ? "NFKD" : "NFD"))) {
      if (SHARP_S.includes(part)) {
        output.push(0x73, start, end);
        output.push(0x73, start, end);
      } else if (!(flags[part]! & DROPPED)) output.push(lowercase.get(part) ?? part, start, end);
    }
  }
  return output;
}

function points(text: string): number[] {
  return Array.from(text, (character) => character.codePointAt(0)!);
}
