/** A token that is recognized in the text before it is split into words. */
export interface AddedToken {
  readonly content: string;
  readonly id: number;
  /** Match only between characters that are not letters, digits or underscores. */
  readonly singleWord: boolean;
  /** Also match the whitespace before it. */
  readonly leftStrip: boolean;
  /** Also match the whitespace after it. */
  readonly rightStrip: boolean;
  /** Match its normalized content in the normalized text, not in the input text. */
  readonly normalized: boolean;
  /** Skipped by `decode(ids, { skipSpecialTokens: true })`. */
  readonly special: boolean;
}
