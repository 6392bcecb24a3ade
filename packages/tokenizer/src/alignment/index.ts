export { charToToken, charToWord } from "./chars.ts";
export { tokenToChars, tokenToSequence, tokenToWord } from "./tokens.ts";
export { wordToChars, wordToTokens } from "./words.ts";
export { codePoints, utf8 } from "./offset-units.ts";
