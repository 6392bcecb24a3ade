import type { Decoder, DecoderOptions } from "./decoder.ts";

export interface DecodeStreamOptions {
  decoder: Decoder;
  options: DecoderOptions;
  /** The token an id stands for; undefined for one to leave out. */
  token: (id: number) => string | undefined;
}

/** Decodes ids as they come: what `push` returns, put together, is what decoding all of them at once gives. */
export class DecodeStream {
  readonly #decoder: Decoder;
  readonly #options: DecoderOptions;
  readonly #token: (id: number) => string | undefined;
  #tokens: string[] = []; // only for decoders that must see all of them
  #text = "";
  #first = true;

  constructor({ decoder, options, token }: DecodeStreamOptions) {
    this.#decoder = decoder;
    this.#options = options;
    this.#token = token;
  }

  /** The text that one more id adds; "" for a special token left out. @throws TokenizerError if the id stands for nothing. */
  push(id: number): string {
    const token = this.#token(id);
    if (token === undefined) return "";
    const first = this.#first;
    this.#first = false;
    if (this.#decoder.decodeToken) return this.#decoder.decodeToken(token, first, this.#options);
    this.#tokens.push(token);
    const before = this.#text.length;
    this.#text = this.#decoder.decode(this.#tokens, this.#options);
    return this.#text.slice(before);
  }
}
