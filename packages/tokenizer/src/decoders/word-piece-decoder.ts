import type { Decoder, DecoderOptions } from "./decoder.ts";

const cleanUps: readonly (readonly [RegExp, string])[] = [
  [/ ([.?!,])/g, "$1"],
  [/ ' /g, "'"],
  [/ (n't|'m)/g, "$1"],
  [/ do not/g, " don't"],
  [/ ('s|'ve|'re)/g, "$1"],
];
const mayNeedCleanUp = / [.?!,'nd]/;

/**
 * Joins pieces with spaces, and `##` pieces without. Clean-up removes the space before `.`, `,`, `?`, `!` and English
 * contractions; as in the Rust library it looks at one token at a time.
 */
export class WordPieceDecoder implements Decoder {
  readonly prefix: string;
  readonly cleanUp: boolean;

  constructor({ prefix = "##", cleanUp = true }: { prefix?: string; cleanUp?: boolean } = {}) {
    this.prefix = prefix;
    this.cleanUp = cleanUp;
  }

  decode(tokens: readonly string[], options: DecoderOptions = {}): string {
    let text = "";
    for (let i = 0; i < tokens.length; i++) text += this.decodeToken(tokens[i]!, i === 0, options);
    return text;
  }

  decodeToken(token: string, first: boolean, { cleanUp = this.cleanUp }: DecoderOptions = {}): string {
    let text = token;
    if (!first) text = token.startsWith(this.prefix) ? token.slice(this.prefix.length) : ` ${token}`;
    if (cleanUp && mayNeedCleanUp.test(text)) for (const [from, to] of cleanUps) text = text.replace(from, to);
    return text;
  }
}
