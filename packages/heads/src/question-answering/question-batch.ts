import { checkObject, checkObjects, checkOptions } from "@bertkit/checks";
import { bertInputs, type EncodedBatch, type EncoderInputs } from "@bertkit/encoder";
import type { Tokenizer } from "@bertkit/tokenizer";
import { checkBatch, checkSome, checkTokenizer } from "../check-arguments.ts";
import * as tf from "@tensorflow/tfjs-core";
import { featureRules, inputRules, questionRules } from "../option-rules.ts";
import { type InputOptions, padRows } from "../inputs/encode-inputs.ts";
import { type AnswerMode, answerTokens, type GivenAnswer } from "./answer-tokens.ts";
import { encodeQuestion, type QuestionInput, type QuestionWindow, type WindowOptions } from "./encode-question.ts";

/** A question with its answer, the first of `answers`; none if the context does not contain it. */
export interface QuestionExample extends QuestionInput {
  readonly answers: readonly GivenAnswer[];
}

/** Options of `questionFeatures`. */
export interface FeatureOptions extends WindowOptions {
  /** Default "offsets". */
  readonly mode?: AnswerMode;
}

/**
 * A window with the answer's position in its row: 0, which is [CLS], if the window does not contain the whole answer.
 */
export interface QuestionFeature extends QuestionWindow {
  /** Position of the answer's first token. */
  readonly startPosition: number;
  /** Position of the answer's last token. */
  readonly endPosition: number;
}

/** An encoded batch with the positions of each row, [batch]. */
export interface QuestionBatch extends EncodedBatch {
  readonly startPositions: Int32Array;
  readonly endPositions: Int32Array;
}

/** The tensors of a `QuestionBatch`; positions int32 [batch]. */
export interface QuestionTensors extends EncoderInputs {
  readonly startPositions: tf.Tensor1D;
  readonly endPositions: tf.Tensor1D;
}

/**
 * An example's windows for training. Empty if the answer has no tokens, or in "google" mode if run_squad.py skips the
 * example because of unusual white space.
 *
 * @throws RangeError if the answer is not in the context at its start
 */
export function questionFeatures(
  example: QuestionExample,
  tokenizer: Tokenizer,
  featureOptions: FeatureOptions = {},
): QuestionFeature[] {
  checkOptions("questionFeatures", featureOptions, featureRules, Object.keys(questionRules));
  checkObject("questionFeatures", "example", example, "{ question, context, answers }");
  const { mode = "offsets", ...options } = featureOptions;
  const encoded = encodeQuestion(example, tokenizer, options);
  checkObjects("questionFeatures", "answers", example.answers, "{ text, start }", "text", "start");
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
 * Pads features of any number of examples to one batch. `skipPadding` is false by default, because the loss is over all
 * positions of a row, including padding, as in run_squad.py.
 */
export function questionBatch(
  features: readonly QuestionFeature[],
  tokenizer: Tokenizer,
  options: InputOptions = {},
): QuestionBatch {
  checkOptions("questionBatch", options, inputRules, Object.keys(questionRules));
  checkTokenizer("questionBatch", tokenizer);
  checkObjects(
    "questionBatch",
    "features",
    features,
    "a feature of questionFeatures",
    "ids",
    "startPosition",
    "endPosition",
  );
  checkSome("questionBatch", features);
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

/** Creates the tensors of a batch. Call it in `tf.tidy`, as `loss` does, or dispose the tensors. */
export function questionTensors(batch: QuestionBatch): QuestionTensors {
  checkBatch("questionTensors", batch, "questionBatch", "startPositions", "endPositions");
  return {
    ...bertInputs(batch),
    startPositions: tf.tensor1d(batch.startPositions, "int32"),
    endPositions: tf.tensor1d(batch.endPositions, "int32"),
  };
}
