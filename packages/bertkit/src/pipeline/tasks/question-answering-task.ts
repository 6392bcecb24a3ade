import { checkOptions, shown, type Rules, trueOrFalse, wholeNumber } from "@bertkit/checks";
import { type EncodedQuestion, encodeQuestion, type QuestionInput } from "@bertkit/heads";
import { RowRunner } from "../../inference/row-runner.ts";
import { callRules, type CallOptions, runOptions } from "../call-options.ts";
import { type LoadedPipeline, made, type PipelineModel, requirePart } from "../pipeline-model.ts";
import { runStream } from "../stream.ts";
import { isStream } from "../texts.ts";
import { BestAnswers, type FoundAnswer, noAnswer } from "./best-answers.ts";

export interface QuestionAnsweringCall extends CallOptions {
  /** Number of answers, best first. Default 1. */
  readonly top_k?: number;
  /** Tokens shared by consecutive windows of a long context. Default 128, or half of a window if that is less. */
  readonly doc_stride?: number;
  /** Questions are truncated to this many tokens. Default 64. */
  readonly max_question_len?: number;
  /** Maximum tokens in an answer. Default 30. */
  readonly max_answer_len?: number;
  /** Whether an answer may be empty, for models trained on SQuAD 2.0. Default false. */
  readonly handle_impossible_answer?: boolean;
  /** Whether an answer is widened to whole words of the tokenizer. Default true. */
  readonly align_to_words?: boolean;
}

type One = QuestionAnsweringCall & { readonly top_k?: 1 };

/**
 * The best answer to each question, or a list for each if `top_k` is not 1. Contexts longer than `max_length` are split
 * into overlapping windows.
 */
export interface QuestionAnsweringPipeline extends LoadedPipeline {
  (question: string, context: string, options?: One): Promise<FoundAnswer>;
  (question: string, context: string, options: QuestionAnsweringCall): Promise<FoundAnswer[]>;
  (questions: readonly string[], contexts: readonly string[], options?: One): Promise<FoundAnswer[]>;
  (questions: readonly string[], contexts: readonly string[], options: QuestionAnsweringCall): Promise<FoundAnswer[][]>;
  (input: QuestionInput, options?: One): Promise<FoundAnswer>;
  (input: QuestionInput, options: QuestionAnsweringCall): Promise<FoundAnswer[]>;
  (inputs: readonly QuestionInput[], options?: One): Promise<FoundAnswer[]>;
  (inputs: readonly QuestionInput[], options: QuestionAnsweringCall): Promise<FoundAnswer[][]>;
  (inputs: AsyncIterable<QuestionInput>, options?: One): AsyncGenerator<FoundAnswer, void, undefined>;
  (
    inputs: AsyncIterable<QuestionInput>,
    options: QuestionAnsweringCall,
  ): AsyncGenerator<FoundAnswer[], void, undefined>;
}

const task = "question-answering";
const rules: Rules<QuestionAnsweringCall> = {
  ...callRules,
  top_k: wholeNumber(1),
  doc_stride: wholeNumber(),
  max_question_len: wholeNumber(1),
  max_answer_len: wholeNumber(1),
  handle_impossible_answer: trueOrFalse,
  align_to_words: trueOrFalse,
};

type Input = QuestionInput | readonly QuestionInput[] | AsyncIterable<QuestionInput>;

export function questionAnsweringTask(model: PipelineModel): QuestionAnsweringPipeline {
  const { tokenizer } = model;
  const answerer = requirePart(task, model.questionAnswerer, "question answerer", "BertForQuestionAnswering");
  const runner = new RowRunner((batch) => answerer.predict(batch), "tokens", tokenizer.special.padding.id);
  const call = (...given: readonly unknown[]): unknown => {
    const { input, options } = argumentsOf(given);
    checkOptions(task, options, rules);
    const { top_k = 1, signal, doc_stride, max_question_len = 64, max_answer_len = 30 } = options;
    const { handle_impossible_answer = false, align_to_words = true } = options;
    const limits = runOptions(options, model);
    const { maxLength } = limits;
    const raise = maxLength < model.config.maxPositionEmbeddings ? ", or raise max_length" : "";
    const encode = (input: QuestionInput, index: number): EncodedQuestion => {
      const { ids } = tokenizer.encode(input.question, undefined, { addSpecialTokens: false });
      const asked = Math.min(ids.length, max_question_len);
      const space = maxLength - asked - 3; // [CLS] and both [SEP]
      if (space < 1)
        throw new RangeError(
          `${task}: the question of input ${index} has ${asked} tokens, which leaves no space for the context in ${maxLength}. Shorten it, or lower max_question_len${raise}.`,
        );
      const limits = { maxLength, maxQuestionLength: max_question_len };
      const encoded = encodeQuestion(input, tokenizer, { ...limits, docStride: space });
      if (encoded.contextIds.length <= space) return encoded;
      const overlap = doc_stride ?? Math.min(128, space >> 1);
      if (overlap >= space)
        throw new RangeError(
          `${task}: doc_stride must be less than the ${space} context tokens of input ${index} that fit in a window, got ${overlap}. Lower doc_stride or max_question_len${raise}.`,
        );
      return encodeQuestion(input, tokenizer, { ...limits, overlap });
    };
    const run = async (inputs: readonly QuestionInput[], from = 0): Promise<FoundAnswer[][]> => {
      for (const [i, one] of inputs.entries()) checkInput(one, from + i);
      const questions = inputs.map((input, i) => encode(input, from + i));
      const logits = await runner.run(
        questions.flatMap(({ windows }) => windows),
        limits,
      );
      let row = 0;
      return questions.map((question) => {
        const found = new BestAnswers(question, { count: top_k, longest: max_answer_len, words: align_to_words });
        for (const window of question.windows) found.add(window, logits[row++]!);
        return found.best(handle_impossible_answer);
      });
    };
    const each = (answers: readonly FoundAnswer[][]): readonly unknown[] =>
      top_k === 1 ? answers.map(([best]) => best ?? noAnswer(0)) : answers;
    if (isStream<QuestionInput>(input))
      return runStream(input, async (inputs, from) => each(await run(inputs, from)), signal);
    if (Array.isArray(input)) return run(input as readonly QuestionInput[]).then(each);
    return run([input as QuestionInput]).then((answers) => each(answers)[0]);
  };
  return made(task, model, call, () => runner.dispose());
}

/** Accepts (question, context, options) and ({ question, context }, options), each for one or several. */
function argumentsOf([first, second, third]: readonly unknown[]): { input: Input; options: QuestionAnsweringCall } {
  const isTexts = (value: unknown): value is string | readonly string[] =>
    typeof value === "string" || (Array.isArray(value) && value.length > 0 && typeof value[0] === "string");
  const areLists = Array.isArray(first) && Array.isArray(second);
  if (!areLists && !isTexts(first) && !isTexts(second)) {
    if (typeof first !== "object" || first === null)
      throw new TypeError(
        `${task}: input 0 must be { question, context }, got ${shown(first)}. Pass two texts, or an object of them.`,
      );
    return { input: first as Input, options: (second ?? {}) as QuestionAnsweringCall };
  }
  const options = (third ?? {}) as QuestionAnsweringCall;
  if (!Array.isArray(first)) return { input: { question: first, context: second } as QuestionInput, options };
  const contexts = Array.isArray(second) ? (second as string[]) : [];
  if (contexts.length !== first.length)
    throw new RangeError(
      `${task}: every question needs a context, got ${first.length} questions and ${Array.isArray(second) ? contexts.length : shown(second)} contexts. Pass equally many.`,
    );
  return { input: first.map((question: string, i) => ({ question, context: contexts[i]! })), options };
}

function checkInput(input: QuestionInput | undefined, index: number): void {
  for (const field of ["question", "context"] as const) {
    const text: unknown = input?.[field];
    if (typeof text !== "string")
      throw new TypeError(
        `${task}: the ${field} of input ${index} must be a text, got ${shown(text)}. Pass { question, context }.`,
      );
  }
}
