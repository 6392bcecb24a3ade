/** Normalized text, with the original position of each of its UTF-16 units. */
export interface NormalizedText {
  readonly text: string;
  /** For each unit of `text`, the start of its character in the original; undefined if all positions are unchanged. */
  readonly starts?: ArrayLike<number> | undefined;
  /** As `starts`, the end of the character. */
  readonly ends?: ArrayLike<number> | undefined;
}

/** First step: cleans and folds text before it is split into words. */
export interface Normalizer {
  normalize(text: string): NormalizedText;
}
