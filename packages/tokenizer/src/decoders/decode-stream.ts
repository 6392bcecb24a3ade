import { checkOptions, checkTokenizer } from "../check-options.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { decodeKinds, type DecodeOptions } from "./decode-options.ts";

/** Decodes ids one by one: the concatenated results of `push` equal decoding all ids at once. */
export class DecodeStream {
  readonly #tokenizer: Tokenizer;
  readonly #options: DecodeOptions;
  #tokens: string[] = []; // only for decoders without decodeToken
  #text = "";
  #first = true;

  constructor(tokenizer: Tokenizer, options: DecodeOptions = {}) {
    checkTokenizer("DecodeStream", tokenizer);
    checkOptions("DecodeStream", options, decodeKinds);
    this.#tokenizer = tokenizer;
    this.#options = options;
  }

  /** The text that one more id adds; "" for a skipped special token. @throws TokenizerError on an unknown id. */
  push(id: number): string {
    const { skipSpecialTokens = true, cleanUp } = this.#options;
    if (skipSpecialTokens && this.#tokenizer.isSpecial(id)) return "";
    const token = this.#tokenizer.token(id);
    const { decoder } = this.#tokenizer.parts;
    const first = this.#first;
    this.#first = false;
    if (decoder.decodeToken) return decoder.decodeToken(token, first, { cleanUp });
    this.#tokens.push(token);
    const before = this.#text.length;
    this.#text = decoder.decode(this.#tokens, { cleanUp });
    return this.#text.slice(before);
  }
}
