/** Second step: splits normalized text into words. */
export interface PreTokenizer {
  /** Calls `visit` with the [start, end) of each word in text[from, to), in order. Words are not empty. */
  split(text: string, from: number, to: number, visit: (start: number, end: number) => void): void;
}
