import { checkArray, checkOptions, checkText } from "../check-options.ts";
import type { Decoder, DecoderOptions } from "./decoder.ts";

export interface WordPieceDecoderOptions {
  /** Prefix of pieces that continue a word. Default "##". */
  prefix?: string;
  /** Whether `decode` cleans up by default. Default true. */
  cleanUp?: boolean;
}

/**
 * Joins pieces with spaces, and `##` pieces without. Clean-up removes the space before `.`, `,`, `?`, `!` and English
 * contractions; as in the Rust library it looks at one token at a time.
 */
export class WordPieceDecoder implements Decoder {
  readonly prefix: string;
  readonly cleanUp: boolean;

  constructor(options: WordPieceDecoderOptions = {}) {
    checkOptions("WordPieceDecoder", options, "prefix:string cleanUp:boolean");
    const { prefix = "##", cleanUp = true } = options;
    this.prefix = prefix;
    this.cleanUp = cleanUp;
  }

  decode(tokens: readonly string[], options: DecoderOptions = {}): string {
    checkArray("decode", "tokens", tokens);
    let text = "";
    for (let i = 0; i < tokens.length; i++) text += this.decodeToken(tokens[i]!, i === 0, options);
    return text;
  }

  decodeToken(token: string, first: boolean, options: DecoderOptions = {}): string {
    checkOptions("WordPieceDecoder", options, "cleanUp:boolean");
    checkText("decode", "token", token);
    const { cleanUp = this.cleanUp } = options;
    let text = token;
    if (!first) text = token.startsWith(this.prefix) ? token.slice(this.prefix.length) : ` ${token}`;
    if (cleanUp && / [.?!,'nd]/.test(text))
      text = text
        .replace(/ ([.?!,])/g, "$1")
        .replace(/ ' /g, "'")
        .replace(/ (n't|'m|'s|'ve|'re)/g, "$1")
        .replace(/ do not/g, " don't");
    return text;
  }
}
