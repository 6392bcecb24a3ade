/** A token recognised as it stands in text, before any splitting. */
export interface AddedToken {
  readonly content: string;
  readonly id: number;
  /** Match only between characters that are not letters, digits or underscores. */
  readonly singleWord: boolean;
  /** Take the white space before it too. */
  readonly leftStrip: boolean;
  /** Take the white space after it too. */
  readonly rightStrip: boolean;
  /** Look for it in the normalised text, itself normalised, rather than in the text as given. */
  readonly normalized: boolean;
  /** Left out by `decode(ids, { skipSpecialTokens: true })`. */
  readonly special: boolean;
}
