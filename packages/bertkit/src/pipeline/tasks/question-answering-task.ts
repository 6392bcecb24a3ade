import { checkOptions, shown, type Rules, trueOrFalse, wholeNumber } from "@bertkit/checks";
import { type EncodedQuestion, encodeQuestion, type QuestionInput, type QuestionWindow } from "@bertkit/heads";
import { RowRunner } from "../../inference/row-runner.ts";
import { callRules, type CallOptions, runOptions } from "../call-options.ts";
import { type LoadedPipeline, made, type PipelineModel, requirePart } from "../pipeline-model.ts";
import { runStream } from "../stream.ts";
import { isStream } from "../texts.ts";

export interface QuestionAnsweringCall extends CallOptions {
  /** Number of answers, best first. Default 1. */
  readonly top_k?: number;
  /** Tokens shared by consecutive windows of a long context. Default 128, or half of a window if that is less. */
  readonly doc_stride?: number;
  /** Maximum tokens in an answer. Default 30. */
  readonly max_answer_len?: number;
  /** Whether an answer may be empty, for models trained on SQuAD 2.0. Default false. */
  readonly handle_impossible_answer?: boolean;
}

/** A slice of the context; empty, at 0, if there is no answer. */
export interface FoundAnswer {
  /** `context.slice(start, end)`. */
  readonly answer: string;
  /** Probability of its start times that of its end. */
  readonly score: number;
  /** Index of the first character, in UTF-16 units. */
  readonly start: number;
  /** Index after the last character. */
  readonly end: number;
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
  max_answer_len: wholeNumber(1),
  handle_impossible_answer: trueOrFalse,
};

type Input = QuestionInput | readonly QuestionInput[] | AsyncIterable<QuestionInput>;

export function questionAnsweringTask(model: PipelineModel): QuestionAnsweringPipeline {
  const { config, tokenizer } = model;
  const answerer = requirePart(task, model.questionAnswerer, "question answerer", "BertForQuestionAnswering");
  const runner = new RowRunner((batch) => answerer.predict(batch), "tokens", tokenizer.special.padding.id);
  const call = (...given: readonly unknown[]): unknown => {
    const { input, options } = argumentsOf(given);
    checkOptions(task, options, rules);
    const { top_k = 1, signal, doc_stride, max_answer_len = 30, handle_impossible_answer = false } = options;
    const limits = runOptions(options, config.maxPositionEmbeddings);
    const { maxLength } = limits;
    const encode = (question: QuestionInput): EncodedQuestion => {
      const encoded = encodeQuestion(question, tokenizer, { maxLength, docStride: 1_000_000 });
      const [{ offset }] = encoded.windows.length > 0 ? [encoded.windows[0]!] : [{ offset: 0 }];
      const room = maxLength - offset - 1;
      if (encoded.contextIds.length <= room) return encoded;
      return encodeQuestion(question, tokenizer, { maxLength, overlap: doc_stride ?? Math.min(128, room >> 1) });
    };
    const run = async (inputs: readonly QuestionInput[], from = 0): Promise<FoundAnswer[][]> => {
      inputs.forEach((one, i) => checkInput(one, from + i));
      const questions = inputs.map(encode);
      const logits = await runner.run(
        questions.flatMap(({ windows }) => windows),
        limits,
      );
      let row = 0;
      return questions.map((question) => {
        const found = new BestAnswers(question, { count: top_k, longest: max_answer_len });
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
  return made(call, () => runner.dispose());
}

/** Accepts (question, context, options) and ({ question, context }, options), each for one or several. */
function argumentsOf([first, second, third]: readonly unknown[]): { input: Input; options: QuestionAnsweringCall } {
  const isTexts = (value: unknown): value is string | readonly string[] =>
    typeof value === "string" || (Array.isArray(value) && value.length > 0 && typeof value[0] === "string");
  if (!isTexts(first) && !isTexts(second)) {
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

function noAnswer(score: number): FoundAnswer {
  return { answer: "", score, start: 0, end: 0 };
}

/**
 * The best answers of a question's windows. Probabilities are computed per window, over its context and [CLS], which
 * means no answer. Source: Hugging Face transformers, `QuestionAnsweringPipeline`.
 */
class BestAnswers {
  readonly #question: EncodedQuestion;
  readonly #limits: { readonly count: number; readonly longest: number };
  readonly #found: { first: number; last: number; score: number }[] = [];
  #leastNull = Infinity;

  constructor(question: EncodedQuestion, limits: { readonly count: number; readonly longest: number }) {
    this.#question = question;
    this.#limits = limits;
  }

  /** @param logits start and end logits of each token, [tokens · 2] */
  add({ start, end, offset, maximumContext }: QuestionWindow, logits: Float32Array): void {
    const count = end - start;
    const starts = probabilities(logits, 0, offset, count);
    const ends = probabilities(logits, 1, offset, count);
    this.#leastNull = Math.min(this.#leastNull, starts[count]! * ends[count]!);
    for (let first = 0; first < count; first++) {
      if (maximumContext[first] === 0) continue; // another window has more context around it
      for (let last = first; last < Math.min(count, first + this.#limits.longest); last++)
        this.#keep(first + start, last + start, starts[first]! * ends[last]!);
    }
  }

  best(withNull: boolean): FoundAnswer[] {
    const { context, contextOffsets } = this.#question;
    const answers = this.#found.map(({ first, last, score }) => {
      const [start, end] = [contextOffsets[2 * first]!, contextOffsets[2 * last + 1]!];
      return { answer: context.slice(start, end), score, start, end };
    });
    if (!withNull) return answers;
    const none = noAnswer(this.#leastNull === Infinity ? 1 : this.#leastNull);
    return [...answers, none].sort((a, b) => b.score - a.score).slice(0, this.#limits.count);
  }

  #keep(first: number, last: number, score: number): void {
    const found = this.#found;
    if (found.length === this.#limits.count && !(score > found.at(-1)!.score)) return;
    let place = found.length;
    while (place > 0 && found[place - 1]!.score < score) place--;
    found.splice(place, 0, { first, last, score });
    if (found.length > this.#limits.count) found.pop();
  }
}

/** Of the window's context tokens, then of [CLS]. */
function probabilities(logits: Float32Array, which: 0 | 1, offset: number, count: number): Float64Array {
  const values = Float64Array.from(
    { length: count + 1 },
    (_, i) => logits[2 * (i === count ? 0 : offset + i) + which]!,
  );
  const most = values.reduce((best, value) => Math.max(best, value), -Infinity);
  const powers = values.map((value) => Math.exp(value - most));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}
