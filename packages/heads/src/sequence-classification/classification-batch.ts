import {
  checkArray,
  checkObject,
  checkObjects,
  checkOptions,
  checkTexts,
  checkValue,
  number,
  oneOf,
  shown,
  limitLength,
} from "@bertkit/checks";
import { bertInputs, type EncodedBatch, type EncoderInputs } from "@bertkit/encoder";
import type { TextInput, Tokenizer } from "@bertkit/tokenizer";
import { checkBatch, checkSome } from "../check-arguments.ts";
import * as tf from "@tensorflow/tfjs-core";
import { labelIndex } from "../check-labels.ts";
import { encodeRows, type InputOptions, padRows } from "../inputs/encode-inputs.ts";
import { inputRules, predictRules } from "../option-rules.ts";
import { type Problem, problems } from "./problem.ts";

/**
 * A label name (single-label), the names of all positive labels (multi-label), or one number per output (regression).
 */
export type ClassificationLabel = string | readonly string[] | number | readonly number[];

/** A text or pair with its label. */
export interface ClassificationExample {
  readonly input: TextInput;
  readonly label: ClassificationLabel;
}

/** An encoded batch with labels: Int32Array [batch] for single-label, Float32Array [batch · labels] for the others. */
export interface ClassificationBatch extends EncodedBatch {
  readonly labels: Int32Array | Float32Array;
}

/** The tensors of a `ClassificationBatch`: labels int32 [batch] or float32 [batch, labels]. */
export interface ClassificationTensors extends EncoderInputs {
  readonly labels: tf.Tensor;
}

/** The properties of a classifier that batches depend on. */
export interface LabelSet {
  readonly labels: readonly string[];
  readonly problem: Problem;
}

/**
 * Encodes and pads examples for a classifier; if it has an encoder, to at most its `maxTokens`.
 *
 * @throws RangeError for an invalid label
 */
export function classificationBatch(
  examples: readonly ClassificationExample[],
  tokenizer: Tokenizer,
  classifier: LabelSet,
  options: InputOptions = {},
): ClassificationBatch {
  checkOptions("classificationBatch", options, inputRules, Object.keys(predictRules));
  checkObjects("classificationBatch", "examples", examples, "{ input, label }", "input", "label");
  checkSome("classificationBatch", examples);
  const limits = limitLength(classifier, options);
  const rows = encodeRows(
    examples.map(({ input }) => input),
    tokenizer,
    limits,
  );
  const batch = padRows(rows, tokenizer.special.padding.id, limits);
  return {
    ...batch,
    labels: labelTargets(
      examples.map(({ label }) => label),
      classifier,
    ),
  };
}

/** Labels as numbers: the index of a name, 1 for each positive label, or the numbers themselves. */
export function labelTargets(labels: readonly ClassificationLabel[], classifier: LabelSet): Int32Array | Float32Array {
  checkObject("labelTargets", "classifier", classifier, "a classifier", "labels", "problem");
  const { labels: known, problem } = classifier;
  checkTexts("labelTargets", "the classifier's labels", known);
  checkValue("labelTargets", "the classifier's problem", problem, oneOf(Object.keys(problems)));
  const where = `labelTargets (${problem})`;
  checkArray(where, "labels", labels, "labels");
  if (problem === "single-label") {
    return Int32Array.from(labels, (label) => {
      if (typeof label !== "string")
        throw new RangeError(`${where}: needs the name of a label, got ${shown(label)}. Pass a string.`);
      return labelIndex(where, known, label);
    });
  }
  const targets = new Float32Array(labels.length * known.length);
  for (const [row, label] of labels.entries()) {
    const start = row * known.length;
    const parts: readonly (string | number)[] = Array.isArray(label) ? label : [label as string | number];
    if (problem === "multi-label") {
      for (const name of parts) targets[start + labelIndex(where, known, String(name))] = 1;
      continue;
    }
    if (parts.length !== known.length || !parts.every((value) => typeof value === "number")) {
      throw new RangeError(
        `${where}: needs ${known.length} numbers, got ${shown(label)}. Pass one number for each output.`,
      );
    }
    for (const value of parts)
      checkValue(where, `the label of example ${row}`, value, number(), "Leave the example out.");
    targets.set(parts as number[], start);
  }
  return targets;
}

/** Creates the tensors of a batch. Call it in `tf.tidy`, as `loss` does, or dispose the tensors. */
export function classificationTensors(batch: ClassificationBatch): ClassificationTensors {
  checkBatch("classificationTensors", batch, "classificationBatch", "labels", "shape");
  const { labels } = batch;
  const [rows] = batch.shape;
  const tensor =
    labels instanceof Int32Array ? tf.tensor1d(labels, "int32") : tf.tensor2d(labels, [rows, labels.length / rows]);
  return { ...bertInputs(batch), labels: tensor };
}
