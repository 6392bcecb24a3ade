import { checkObject, checkOptions } from "@bertkit/checks";
import type { BertConfig } from "@bertkit/encoder";
import {
  type Answer,
  decodeAnswers,
  encodeQuestion,
  type QuestionAnswerer,
  type QuestionInput,
  type QuestionOptions,
} from "@bertkit/heads";
import type { Tokenizer } from "@bertkit/tokenizer";
import { longestText } from "../model/longest-text.ts";
import { RowRunner, type RunOptions } from "./row-runner.ts";
import { withoutUndefined } from "./without-undefined.ts";
import { questionAnsweringRules } from "./option-rules.ts";

export interface QuestionAnsweringOptions extends QuestionOptions, Pick<RunOptions, "batchTokens" | "signal"> {
  /** Number of answers, best first. Default 1. */
  readonly topK?: number;
}

/** The parts of a model that `questionAnswering` uses. */
export interface QuestionModel {
  readonly config: BertConfig;
  readonly tokenizer: Tokenizer;
  readonly questionAnswerer?: QuestionAnswerer;
  /** Maximum tokens per text, if the folder states one, from `fromPretrained`. */
  readonly maxLength?: number;
}

/** Answers one question or several about texts; best answer first. */
export interface QuestionAnswering {
  (input: QuestionInput): Promise<Answer[]>;
  (inputs: readonly QuestionInput[]): Promise<Answer[][]>;
}

/**
 * Returns a function from questions and contexts to answers, which are slices of the contexts. A context longer than
 * `maxLength`, by default 384 or the model's maximum if lower, is split into overlapping windows. With `nullAnswers`,
 * for models trained on SQuAD 2.0, an answer may be empty; otherwise there is no answer only if a context has no words, or
 * none of the likeliest starts is before one of the likeliest ends.
 *
 * @throws if the model has no question answerer; when called, TypeError with the index of an input that is not two
 *   texts
 */
export function questionAnswering(model: QuestionModel, given: QuestionAnsweringOptions = {}): QuestionAnswering {
  checkOptions("questionAnswering", given, questionAnsweringRules);
  checkObject(
    "questionAnswering",
    "model",
    model,
    "a loaded model or { config, tokenizer, questionAnswerer }",
    "config",
    "tokenizer",
  );
  const { topK = 1, batchTokens, signal, ...options } = given;
  const { questionAnswerer, tokenizer } = model;
  if (!questionAnswerer)
    throw new Error(
      "questionAnswering: the model has no question answerer. Load a folder saved from BertForQuestionAnswering, or train a QuestionAnswerer.",
    );
  const kept = Math.max(topK, options.nBest ?? 20);
  const maxLength = longestText(model, options.maxLength ?? Math.min(384, model.maxLength ?? 384));
  const { batchSize, lengthMultiple, skipPadding } = options;
  const limits = { batchTokens, signal, batchSize, lengthMultiple, skipPadding, maxLength };
  const runner = new RowRunner((batch) => questionAnswerer.predict(batch), "tokens", tokenizer.special.padding.id);
  const ask = async (inputs: readonly QuestionInput[]): Promise<Answer[][]> => {
    for (const [i, input] of inputs.entries()) checkInput(input, i);
    const questions = inputs.map((input) => encodeQuestion(input, tokenizer, { ...options, maxLength }));
    const rows = questions.flatMap(({ windows }) => windows);
    const logits = (await runner.run(rows, withoutUndefined(limits))).map((both) => ({
      start: both.filter((_, i) => i % 2 === 0),
      end: both.filter((_, i) => i % 2 === 1),
    }));
    let row = 0;
    return questions.map((question) => {
      const own = logits.slice(row, (row += question.windows.length));
      const { best, nBest } = decodeAnswers(question, own, tokenizer, { ...options, nBest: kept });
      return best ? [best, ...nBest.filter((answer) => answer !== best)].slice(0, topK) : [];
    });
  };
  return (async (input: QuestionInput | readonly QuestionInput[]) =>
    Array.isArray(input)
      ? ask(input as readonly QuestionInput[])
      : (await ask([input as QuestionInput]))[0]!) as QuestionAnswering;
}

function checkInput(input: QuestionInput | undefined, index: number): void {
  for (const field of ["question", "context"] as const) {
    const text: unknown = input?.[field];
    if (typeof text !== "string")
      throw new TypeError(
        `questionAnswering: the ${field} of input ${index} must be a text, got ${text === null ? "null" : typeof text}. Pass { question, context }.`,
      );
  }
}
