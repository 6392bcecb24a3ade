import { checkObjects, checkOptions, limitLength } from "@bertkit/checks";
import type { Tokenizer } from "@bertkit/tokenizer";
import { checkHead, checkTokenizer } from "../check-arguments.ts";
import { type PredictOptions, predictRows } from "../inputs/predict-rows.ts";
import { questionRules } from "../option-rules.ts";
import type { WindowLogits } from "./best-spans.ts";
import { type AnswerOptions, type Answers, decodeAnswers } from "./decode-answers.ts";
import { encodeQuestion, type QuestionInput, type WindowOptions } from "./encode-question.ts";
import type { QuestionAnswerer } from "./question-answerer.ts";

/** Options for encoding, batches and answers. */
export interface QuestionOptions extends Omit<PredictOptions, "maxLength">, WindowOptions, AnswerOptions {}

/** Answers any number of questions, with contexts of any length. Leaves no tensors. */
export async function answerQuestions(
  answerer: QuestionAnswerer,
  tokenizer: Tokenizer,
  inputs: readonly QuestionInput[],
  options: QuestionOptions = {},
): Promise<Answers[]> {
  checkOptions("answerQuestions", options, questionRules);
  checkHead("answerQuestions", "answerer", answerer, "a QuestionAnswerer");
  checkTokenizer("answerQuestions", tokenizer);
  checkObjects("answerQuestions", "inputs", inputs, "{ question, context }");
  const limits = limitLength(answerer, options, 384);
  const questions = inputs.map((input) => encodeQuestion(input, tokenizer, limits));
  const rows = questions.flatMap(({ windows }) => windows);
  const values = await predictRows(rows, tokenizer.special.padding.id, (batch) => answerer.predict(batch), limits);
  let row = 0;
  return questions.map((question) => {
    const logits = question.windows.map(({ ids }): WindowLogits => {
      const both = values[row++]!.subarray(0, 2 * ids.length); // without padding, so that no result depends on the batch
      return { start: both.filter((_, i) => i % 2 === 0), end: both.filter((_, i) => i % 2 === 1) };
    });
    return decodeAnswers(question, logits, tokenizer, options);
  });
}
