import { remembered } from "../remembered.ts";
import { DECOMPOSING, NONSPACING_MARK } from "../unicode/character-data.ts";
import type { CharacterData } from "../unicode/character-data.ts";
import { AlignedCharacters } from "./aligned-characters.ts";

interface Part {
  readonly point: number;
  /** The first of its character's decomposition. */
  readonly first: boolean;
}

/**
 * NFD without its nonspacing marks, keeping track of places. Only the characters flagged DECOMPOSING are given to the
 * runtime's `normalize`: for these no Unicode version differs, and every other character is one that NFD neither changes
 * nor moves.
 *
 * Where marks change places, each takes the place in the original of the mark that stood there, as in the Rust library.
 * Takes n log n time on marks without a letter between, where a runtime's own may take n².
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
    if (marks.length > 1) marks.sort((a, b) => compareMarks(a.point, b.point));
    for (const { point, first } of marks) push(point, first);
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
      if (moves(part)) marks.push({ point: part, first });
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

const decomposition: (point: number) => readonly number[] = remembered((point) =>
  Array.from(String.fromCodePoint(point).normalize("NFD"), (part) => part.codePointAt(0)!),
);

/** Whether NFD changes two characters, given as one number, the first above 21 bits. */
const swaps: (pair: number) => boolean = remembered((pair) => {
  const text = String.fromCodePoint(Math.floor(pair / 0x200000), pair % 0x200000);
  return text.normalize("NFD") !== text;
});

/** Whether NFD puts the second of two characters before the first: only marks of a higher class give way. */
function givesWay(first: number, second: number): boolean {
  return swaps(first * 0x200000 + second);
}

/** Order of combining classes; equal classes keep the order they stand in. */
function compareMarks(a: number, b: number): number {
  return givesWay(a, b) ? 1 : givesWay(b, a) ? -1 : 0;
}

/** Whether a character, itself decomposed, has a combining class: U+0334 is of the lowest, 1, and U+0345 of the highest, 240. */
function moves(point: number): boolean {
  return givesWay(point, 0x334) || givesWay(0x345, point);
}
