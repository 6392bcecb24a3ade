/** Text after normalisation, with where each of its UTF-16 units came from. */
export interface NormalizedText {
  readonly text: string;
  /** For each unit of `text`, where in the original the character it stands for starts; undefined where nothing moved. */
  readonly starts?: ArrayLike<number> | undefined;
  /** As `starts`: where that character ends. */
  readonly ends?: ArrayLike<number> | undefined;
}

/** First step: cleans and folds text before it is split into words. */
export interface Normalizer {
  normalize(text: string): NormalizedText;
}
