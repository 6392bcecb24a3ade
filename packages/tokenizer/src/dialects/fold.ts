import type { Become } from "../normalizers/aligned-characters.ts";
import { DECOMPOSING, DROPPED, UPPERCASE, type CharacterData } from "../unicode/character-data.ts";

const SHARP_S: readonly number[] = [0xdf, 0x1e9e];

/**
 * NFKC_Casefold without the final composition, as in TF.Text's `case_fold_utf8`: decomposes compatibility characters,
 * folds case (ß to ss) and drops ignorable characters. As in strip-accents.ts, only flagged characters are passed to
 * the runtime's `normalize`.
 */
export function folding({ flags, lowercase }: CharacterData): Become {
  return (point, push) => {
    const flag = flags[point]!;
    if (!(flag & (UPPERCASE | DECOMPOSING))) return push(point);
    if (flag & DROPPED) return;
    // A mark may fold even if its letter does not: U+0345 in U+1FB3.
    for (const character of String.fromCodePoint(point).normalize(flag & UPPERCASE ? "NFKD" : "NFD")) {
      const part = character.codePointAt(0)!;
      if (SHARP_S.includes(part)) {
        push(0x73);
        push(0x73);
      } else if (!(flags[part]! & DROPPED)) push(lowercase.get(part) ?? part);
    }
  };
}
