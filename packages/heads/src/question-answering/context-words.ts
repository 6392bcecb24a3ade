/** The words of a context, split as in run_squad.py. */
export interface ContextWords {
  /** Start of each word in UTF-16 units. */
  readonly starts: readonly number[];
  /** End of each word, exclusive. */
  readonly ends: readonly number[];
  /** The word of each character; for white space the previous word, or -1 before the first. */
  wordAt(character: number): number;
}

/** White space in run_squad.py's `read_squad_examples`: a subset of Unicode's, with U+202F. */
const space = " \t\r\n\u202f";
const words = new RegExp(`[^${space}]+`, "gu");
const spaces = new RegExp(`[${space}]+`, "gu");

/** Splits a context at white space. Source: google-research/bert, run_squad.py, `read_squad_examples`. */
export function contextWords(context: string): ContextWords {
  const starts: number[] = [];
  const ends: number[] = [];
  for (const { 0: word, index } of context.matchAll(words)) {
    starts.push(index);
    ends.push(index + word.length);
  }
  const wordAt = (character: number): number => {
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= character) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };
  return { starts, ends, wordAt };
}

/** A slice of a context, with words joined by one space as in run_squad.py. */
export function joinedWords(slice: string): string {
  return slice.replaceAll(spaces, " ");
}
