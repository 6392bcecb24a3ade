export interface DecoderOptions {
  cleanUp?: boolean | undefined;
}

/** Tokens back to text. */
export interface Decoder {
  decode(tokens: readonly string[], options?: DecoderOptions): string;
  /** What one token adds to the text. Optional: a stream without it decodes all tokens so far again for each. */
  decodeToken?(token: string, first: boolean, options?: DecoderOptions): string;
}
