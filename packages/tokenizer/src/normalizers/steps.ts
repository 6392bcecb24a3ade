import type { NormalizationSteps } from "../dialects/dialect.ts";
import { CHINESE, DROPPED, SPACE, UPPERCASE, type CharacterData } from "../unicode/character-data.ts";
import type { Become } from "./aligned-characters.ts";

/**
 * Removes characters with a `dropped` flag, turns whitespace into spaces, and adds spaces around Chinese characters.
 */
export function cleaning(
  { cleanText, isolateChineseCharacters }: NormalizationSteps,
  { flags }: CharacterData,
  dropped: number = DROPPED,
): Become {
  return (point, push) => {
    const flag = flags[point]!;
    if (cleanText) {
      if (flag & SPACE) return push(32);
      if (flag & dropped) return;
    }
    if (!(isolateChineseCharacters && flag & CHINESE)) return push(point);
    push(32);
    push(point);
    push(32);
  };
}

/** Lowercases each character. */
export function lowering({ flags, lowercase }: CharacterData): Become {
  return (point, push) => {
    push(flags[point]! & UPPERCASE ? lowercase.get(point)! : point);
    if (point === 0x130) push(0x307); // the only character whose lowercase has two code points
  };
}
