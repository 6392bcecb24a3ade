export interface DecoderOptions {
  readonly cleanUp?: boolean | undefined;
}

/** Tokens back to text. */
export interface Decoder {
  decode(tokens: readonly string[], options?: DecoderOptions): string;
  /** The text that one token adds. Optional: without it a stream decodes all tokens so far again at each step. */
  decodeToken?(token: string, first: boolean, options?: DecoderOptions): string;
}
