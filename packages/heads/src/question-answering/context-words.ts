/** The words of a context as run_squad.py splits it. */
export interface ContextWords {
  /** First UTF-16 unit of each word. */
  readonly starts: readonly number[];
  /** One past the last of each. */
  readonly ends: readonly number[];
  /** The word that a character of the context is in; of white space, the word before it, -1 before the first. */
  wordAt(character: number): number;
}

/** White space in run_squad.py's `read_squad_examples`: less than Unicode's, and U+202F. */
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

/** A slice of a context as run_squad.py writes it, which joins words by one space. */
export function joinedWords(slice: string): string {
  return slice.replaceAll(spaces, " ");
}
