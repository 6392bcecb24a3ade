import { checkObject, checkOptions, checkText } from "@bertkit/checks";
import type { EncodedRow, Tokenizer } from "@bertkit/tokenizer";
import { checkTokenizer } from "../check-arguments.ts";
import type { InputOptions } from "../inputs/encode-inputs.ts";
import { questionRules, windowRules } from "../option-rules.ts";
import { type ContextWindow, contextWindows } from "./context-windows.ts";

/** A question and the text that may contain the answer. */
export interface QuestionInput {
  readonly question: string;
  readonly context: string;
}

/** Options for splitting a context into windows. */
export interface WindowOptions extends Omit<InputOptions, "maxLength"> {
  /**
   * Maximum tokens per window, including [CLS], the question and both [SEP]. Functions that know the encoder use at most
   * its `maxTokens`. Default 384, as in run_squad.py.
   */
  readonly maxLength?: number;
  /** Each window starts this many context tokens after the previous one: doc_stride in run_squad.py. Default 128. */
  readonly docStride?: number;
  /**
   * Instead of `docStride`: the number of context tokens shared by consecutive windows, which is doc_stride in Hugging
   * Face's run_qa.py and pipeline.
   */
  readonly overlap?: number;
  /** Questions are truncated to this many tokens. Default 64, as in run_squad.py. */
  readonly maxQuestionLength?: number;
}

/** A row of the model's input: [CLS] question [SEP] window of the context [SEP]. */
export interface QuestionWindow extends EncodedRow, ContextWindow {
  /** Position of the window's first context token in the row. */
  readonly offset: number;
}

/** A question with its context, split into windows. */
export interface EncodedQuestion extends QuestionInput {
  /** Ids of the context's tokens, [contextTokens]. */
  readonly contextIds: Int32Array;
  /** [start, end) of each token in the context, in UTF-16 units, flat [2 · contextTokens]. */
  readonly contextOffsets: Int32Array;
  /** The word of each token, as in `wordIds` of an encoding, [contextTokens]. */
  readonly contextWordIds: Int32Array;
  /** Empty if the context has no tokens. */
  readonly windows: readonly QuestionWindow[];
}

/**
 * Encodes a question and its context. Source: google-research/bert, run_squad.py, `convert_examples_to_features`.
 *
 * @throws RangeError if the question leaves no space for the context, or if an option is out of range
 */
export function encodeQuestion(
  input: QuestionInput,
  tokenizer: Tokenizer,
  options: WindowOptions = {},
): EncodedQuestion {
  checkOptions("encodeQuestion", options, windowRules, Object.keys(questionRules));
  checkTokenizer("encodeQuestion", tokenizer);
  checkObject("encodeQuestion", "input", input, "{ question, context }");
  const { question, context } = input;
  checkText("encodeQuestion", "question", question, "Pass { question, context }.");
  checkText("encodeQuestion", "context", context, "Pass { question, context }.");
  const { maxLength = 384, docStride, overlap, maxQuestionLength = 64 } = options;
  const bare = { addSpecialTokens: false };
  const questionIds = tokenizer.encode(question, undefined, bare).ids.subarray(0, maxQuestionLength);
  const { ids, offsets, wordIds } = tokenizer.encode(context, undefined, bare);
  const { classification, separator } = tokenizer.special;
  const offset = questionIds.length + 2;
  const space = maxLength - offset - 1;
  if (space < 1)
    throw new RangeError(
      `encodeQuestion: a question of ${questionIds.length} tokens leaves no space for the context in ${maxLength}. Raise maxLength, or lower maxQuestionLength.`,
    );
  const stride = strideOf(space, docStride, overlap);
  const windows = contextWindows(ids.length, space, stride).map((window): QuestionWindow => {
    const length = offset + window.end - window.start + 1;
    const row = new Int32Array(length);
    row[0] = classification.id;
    row.set(questionIds, 1);
    row[offset - 1] = separator.id;
    row.set(ids.subarray(window.start, window.end), offset);
    row[length - 1] = separator.id;
    return { ...window, offset, ids: row, tokenTypeIds: new Int32Array(length).fill(1, offset) };
  });
  return { question, context, contextIds: ids, contextOffsets: offsets, contextWordIds: wordIds, windows };
}

function strideOf(space: number, docStride = 128, overlap: number | undefined): number {
  if (overlap === undefined) return docStride;
  if (overlap >= space)
    throw new RangeError(
      `encodeQuestion: overlap must be less than the ${space} context tokens that fit in a window, got ${overlap}. Lower overlap, or raise maxLength.`,
    );
  return space - overlap;
}
