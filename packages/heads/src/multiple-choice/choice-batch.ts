import { bertInputs, type EncodedBatch, type EncoderInputs } from "@bertkit/encoder";
import type { TextInput, Tokenizer } from "@bertkit/tokenizer";
import * as tf from "@tensorflow/tfjs-core";
import { encodeRows, type InputOptions, padRows } from "../inputs/encode-inputs.ts";

/** A context, what is asked of it or starts each choice, and the choices; `@bertkit/datasets` reads SWAG, RACE and COPA so. */
export interface ChoiceInput {
  readonly context: string;
  /** A question, the start of an ending, or text with "_" where the choice goes. Default none. */
  readonly question?: string;
  readonly choices: readonly string[];
}

/** With the number of the right choice, from 0. */
export interface ChoiceExample extends ChoiceInput {
  readonly label: number | undefined;
}

/** An encoded batch, the choices of an example one row after another, and the right one of each example, int32 [b]. */
export interface ChoiceBatch extends EncodedBatch {
  readonly labels: Int32Array;
}

/** The same on the device. */
export interface ChoiceTensors extends EncoderInputs {
  readonly labels: tf.Tensor1D;
}

/**
 * The pairs that an example is: the context with each choice, which stands in the question's "_", or behind the question with
 * a space between, as in the Hugging Face examples for SWAG and RACE.
 */
export function choicePairs({ context, question = "", choices }: ChoiceInput): TextInput[] {
  return choices.map((choice) => {
    const [before, ...after] = question.split("_");
    if (after.length > 0) return [context, `${before}${choice}${after.join("_")}`];
    return [context, question === "" ? choice : `${question} ${choice}`];
  });
}

/** Encodes and pads examples. @throws RangeError where they differ in their number of choices, or a label is none of them */
export function choiceBatch(
  examples: readonly ChoiceExample[],
  tokenizer: Tokenizer,
  options: InputOptions = {},
): ChoiceBatch {
  const count = examples[0]?.choices.length ?? 0;
  examples.forEach(({ choices, label }, i) => {
    if (choices.length !== count || count < 2)
      throw new RangeError(
        `choiceBatch: example ${i} has ${choices.length} choices, the first ${count}. Put examples with the same number, of two or more, into a batch.`,
      );
    if (label === undefined || !Number.isInteger(label) || label < 0 || label >= count)
      throw new RangeError(
        `choiceBatch: example ${i} must have a label from 0 to ${count - 1}, got ${label}. Leave it out, or number its choices from 0.`,
      );
  });
  const rows = encodeRows(examples.flatMap(choicePairs), tokenizer, options);
  const batch = padRows(rows, tokenizer.special.padding.id, options);
  return { ...batch, labels: Int32Array.from(examples, ({ label }) => label!) };
}

/** Puts a batch on the device. Called inside a tidy, as in `loss`, the tidy frees it. */
export function choiceTensors(batch: ChoiceBatch): ChoiceTensors {
  return { ...bertInputs(batch), labels: tf.tensor1d(batch.labels, "int32") };
}
