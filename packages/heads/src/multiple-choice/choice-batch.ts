import { checkObject, checkObjects, checkText, checkTexts, shown } from "@bertkit/checks";
import { bertInputs, type EncodedBatch, type EncoderInputs } from "@bertkit/encoder";
import type { TextInput, Tokenizer } from "@bertkit/tokenizer";
import { checkBatch, checkSome } from "../check-arguments.ts";
import * as tf from "@tensorflow/tfjs-core";
import { encodeRows, type InputOptions, padRows } from "../inputs/encode-inputs.ts";

/**
 * A context, an optional question, and the choices: the format in which `@bertkit/datasets` reads SWAG, RACE and COPA.
 */
export interface ChoiceInput {
  readonly context: string;
  /** A question, the beginning of an ending, or a text with gaps, "_" or "____", in place of the choice. Default none. */
  readonly question?: string;
  readonly choices: readonly string[];
}

/** A `ChoiceInput` with the index of the correct choice. */
export interface ChoiceExample extends ChoiceInput {
  readonly label: number | undefined;
}

/** An encoded batch with one row per choice, and the index of the correct choice per example, int32 [batch]. */
export interface ChoiceBatch extends EncodedBatch {
  readonly labels: Int32Array;
}

/** The tensors of a `ChoiceBatch`. */
export interface ChoiceTensors extends EncoderInputs {
  readonly labels: tf.Tensor1D;
}

/** A letter or digit and the "_" between it and another, as in max_length; else a gap. */
const insideOrGap = /[\p{L}\p{M}\p{N}]_+(?=[\p{L}\p{N}])|_+/gu;

/**
 * Pairs of the context and each choice. The choice replaces every gap of the question, or without one follows the
 * question after a space. A gap is a run of "_" that is not between two letters or digits: "____" is one, and that of
 * "max_length" is none. Source: the Hugging Face examples for SWAG and RACE (utils_multiple_choice.py), which replace
 * each "_".
 */
export function choicePairs(input: ChoiceInput): TextInput[] {
  checkObject("choicePairs", "the example", input, "{ context, choices }", "context", "choices");
  const { context, question = "", choices } = input;
  checkTexts("choicePairs", "choices", choices);
  checkText("choicePairs", "question", question, "Leave it out for none.");
  const hasGap = [...question.matchAll(insideOrGap)].some(([found]) => found.startsWith("_"));
  return choices.map((choice) => {
    if (hasGap) return [context, question.replace(insideOrGap, (found) => (found.startsWith("_") ? choice : found))];
    return [context, question === "" ? choice : `${question} ${choice}`];
  });
}

/** Encodes and pads examples. @throws RangeError if they differ in their number of choices, or if a label is invalid */
export function choiceBatch(
  examples: readonly ChoiceExample[],
  tokenizer: Tokenizer,
  options: InputOptions = {},
): ChoiceBatch {
  checkChoices("choiceBatch", examples);
  checkSome("choiceBatch", examples);
  const count = examples[0]!.choices.length;
  examples.forEach(({ choices, label }, i) => {
    if (choices.length !== count || count < 2)
      throw new RangeError(
        `choiceBatch: example ${i} has ${choices.length} choices, the first ${count}. Put examples with the same number, of two or more, into a batch.`,
      );
    if (label === undefined || !Number.isInteger(label) || label < 0 || label >= count)
      throw new RangeError(
        `choiceBatch: example ${i} must have a label from 0 to ${count - 1}, got ${shown(label)}. Leave it out, or number its choices from 0.`,
      );
  });
  const rows = encodeRows(examples.flatMap(choicePairs), tokenizer, options);
  const batch = padRows(rows, tokenizer.special.padding.id, options);
  return { ...batch, labels: Int32Array.from(examples, ({ label }) => label!) };
}

/** Creates the tensors of a batch. Call it in `tf.tidy`, as `loss` does, or dispose the tensors. */
export function choiceTensors(batch: ChoiceBatch): ChoiceTensors {
  checkBatch("choiceTensors", batch, "choiceBatch", "labels");
  return { ...bertInputs(batch), labels: tf.tensor1d(batch.labels, "int32") };
}

/** @throws TypeError unless each example has a list of texts to choose from */
export function checkChoices(where: string, examples: readonly ChoiceInput[]): void {
  checkObjects(where, "examples", examples, "{ context, choices }");
  examples.forEach(({ choices }, i) => checkTexts(where, `examples[${i}].choices`, choices));
}
