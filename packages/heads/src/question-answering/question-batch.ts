import { checkArray, checkOptions } from "@bertkit/checks";
import { bertInputs, type EncodedBatch, type EncoderInputs } from "@bertkit/encoder";
import type { Tokenizer } from "@bertkit/tokenizer";
import * as tf from "@tensorflow/tfjs-core";
import { featureRules, inputRules, questionRules } from "../option-rules.ts";
import { type InputOptions, padRows } from "../inputs/encode-inputs.ts";
import { type AnswerMode, answerTokens, type GivenAnswer } from "./answer-tokens.ts";
import { encodeQuestion, type QuestionInput, type QuestionWindow, type WindowOptions } from "./encode-question.ts";

/** A question with its answer, the first of `answers`; with none, the context does not hold it. */
export interface QuestionExample extends QuestionInput {
  readonly answers: readonly GivenAnswer[];
}

/** How examples become what is trained on. */
export interface FeatureOptions extends WindowOptions {
  /** Default "offsets". */
  readonly mode?: AnswerMode;
}

/** A window with where in its row the answer is: 0 and 0, which is [CLS], where the window does not hold all of it. */
export interface QuestionFeature extends QuestionWindow {
  /** The answer's first token. */
  readonly startPosition: number;
  /** Its last token. */
  readonly endPosition: number;
}

/** An encoded batch with each row's positions, [b]. */
export interface QuestionBatch extends EncodedBatch {
  readonly startPositions: Int32Array;
  readonly endPositions: Int32Array;
}

/** The same on the device, int32 [b] each. */
export interface QuestionTensors extends EncoderInputs {
  readonly startPositions: tf.Tensor1D;
  readonly endPositions: tf.Tensor1D;
}

/**
 * An example's windows to train on. None where the answer has no tokens of its own, or in "google" mode where
 * run_squad.py leaves the example out: its white space is not what that script splits at.
 *
 * @throws RangeError if the context does not have the answer in its place
 */
export function questionFeatures(
  example: QuestionExample,
  tokenizer: Tokenizer,
  featureOptions: FeatureOptions = {},
): QuestionFeature[] {
  checkOptions("questionFeatures", featureOptions, featureRules, Object.keys(questionRules));
  const { mode = "offsets", ...options } = featureOptions;
  const encoded = encodeQuestion(example, tokenizer, options);
  const [answer] = example.answers;
  if (answer === undefined) return encoded.windows.map((window) => ({ ...window, startPosition: 0, endPosition: 0 }));
  const span = answerTokens(encoded, answer, tokenizer, mode);
  if (span === undefined) return [];
  const [first, last] = span;
  return encoded.windows.map((window) => {
    const { start, end, offset } = window;
    const holds = first >= start && last < end;
    const positionOf = (token: number): number => (holds ? token - start + offset : 0);
    return { ...window, startPosition: positionOf(first), endPosition: positionOf(last) };
  });
}

/**
 * Pads features, of one example or of many, to one batch. `skipPadding` is false by default: the loss is over every place of
 * a row, padding included, as in run_squad.py.
 */
export function questionBatch(
  features: readonly QuestionFeature[],
  tokenizer: Tokenizer,
  options: InputOptions = {},
): QuestionBatch {
  checkOptions("questionBatch", options, inputRules, Object.keys(questionRules));
  checkArray("questionBatch", "features", features, "features");
  return {
    ...padRows(features, tokenizer.special.padding.id, {
      ...options,
      maxLength: options.maxLength ?? 384,
      skipPadding: options.skipPadding ?? false,
    }),
    startPositions: Int32Array.from(features, ({ startPosition }) => startPosition),
    endPositions: Int32Array.from(features, ({ endPosition }) => endPosition),
  };
}

/** Puts a batch on the device. Called inside a tidy, as in `loss`, the tidy frees it. */
export function questionTensors(batch: QuestionBatch): QuestionTensors {
  return {
    ...bertInputs(batch),
    startPositions: tf.tensor1d(batch.startPositions, "int32"),
    endPositions: tf.tensor1d(batch.endPositions, "int32"),
  };
}
