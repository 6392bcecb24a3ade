import { memoize } from "../memoize.ts";
import { DECOMPOSING, NONSPACING_MARK, type CharacterData } from "../unicode/character-data.ts";
import { AlignedCharacters } from "./aligned-characters.ts";

/** A code point, and whether it is the first of its character's decomposition. */
type Part = readonly [point: number, first: boolean];

/**
 * NFD without nonspacing marks, tracking original positions. Only characters flagged DECOMPOSING are passed to the
 * runtime's `normalize`: their decomposition is the same in all Unicode versions, and NFD neither changes nor reorders
 * any other character.
 *
 * If marks are reordered, each gets the original position of the mark that was there, as in the Rust library. Takes
 * O(n log n) time for n consecutive marks; a runtime's own `normalize` may take O(n²).
 */
export function strippedOfAccents(input: AlignedCharacters, { flags }: CharacterData): AlignedCharacters {
  const output = new AlignedCharacters();
  let marks: Part[] = [];
  let place = -1;
  const push = (point: number, first: boolean): void => {
    if (first) place++;
    if (!(flags[point]! & NONSPACING_MARK)) output.push(point, input.starts[place]!, input.ends[place]!);
  };
  const pushMarks = (): void => {
    if (marks.length === 0) return;
    if (marks.length > 1) marks.sort(([a], [b]) => +givesWay(a, b) - +givesWay(b, a));
    for (const [point, first] of marks) push(point, first);
    marks = [];
  };
  for (const point of input.points) {
    if (!(flags[point]! & DECOMPOSING)) {
      pushMarks();
      push(point, true);
      continue;
    }
    let first = true;
    for (const part of decomposition(point)) {
      if (moves(part)) marks.push([part, first]);
      else {
        pushMarks();
        push(part, first);
      }
      first = false;
    }
  }
  pushMarks();
  return output;
}

const decomposition: (point: number) => readonly number[] = memoize((point) =>
  Array.from(String.fromCodePoint(point).normalize("NFD"), (part) => part.codePointAt(0)!),
);

/** Whether NFD swaps two characters. */
const swaps: (pair: string) => boolean = memoize((pair) => pair.normalize("NFD") !== pair);

/** Whether NFD swaps two characters: it does if the first is a mark of a higher class. */
function givesWay(first: number, second: number): boolean {
  return swaps(String.fromCodePoint(first, second));
}

/**
 * Whether a decomposed character has a combining class. U+0334 has the lowest class, 1, and U+0345 the highest, 240.
 */
function moves(point: number): boolean {
  return givesWay(point, 0x334) || givesWay(0x345, point);
}
