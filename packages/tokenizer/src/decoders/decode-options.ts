export interface DecodeOptions {
  /** Default true. */
  readonly skipSpecialTokens?: boolean | undefined;
  /** Remove spaces before punctuation. Default: that of the decoder, true for BERT. */
  readonly cleanUp?: boolean | undefined;
}

/** For `checkOptions`. */
export const decodeKinds: string = "skipSpecialTokens:boolean cleanUp:boolean";
