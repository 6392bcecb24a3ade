import { checkArray, checkObject, checkValue, wholeNumber } from "@bertkit/checks";
import type { TokenSpan } from "./answer-tokens.ts";
import type { EncodedQuestion } from "./encode-question.ts";

/**
 * The tokens from the start of the first token's word to the end of the last one's. Words are the tokenizer's. Source:
 * Hugging Face transformers, `QuestionAnsweringPipeline`, `get_indices`.
 * @throws TypeError unless it is given what `encodeQuestion` gives and two numbers; RangeError for tokens that the context
 *   does not have
 */
export function widenToWords(question: EncodedQuestion, tokens: TokenSpan): TokenSpan {
  checkObject("widenToWords", "question", question, "what encodeQuestion gives", "contextWordIds");
  checkArray("widenToWords", "tokens", tokens, "the first and the last token");
  const words = question.contextWordIds;
  let [first, last] = tokens;
  const fix = `Pass tokens of the context, which has ${words.length}.`;
  checkValue("widenToWords", "tokens[0]", first, wholeNumber(0, words.length - 1), fix);
  checkValue("widenToWords", "tokens[1]", last, wholeNumber(first, words.length - 1), fix);
  const [from, to] = [words[first]!, words[last]!];
  if (from >= 0) while (words[first - 1] === from) first--;
  if (to >= 0) while (words[last + 1] === to) last++;
  return [first, last];
}
