/** Tokens back to text. */
export interface Decoder {
  decode(tokens: readonly string[], options?: { cleanUp?: boolean | undefined }): string;
}
