/** Second step: finds the words of normalised text. */
export interface PreTokenizer {
  /** Calls back with the [start, end) of each word in text[from, to), in order; no word is empty. */
  split(text: string, from: number, to: number, visit: (start: number, end: number) => void): void;
}
