import { checkArray, checkObjects, checkOptions, checkText, checkTexts, checkValue, number } from "@bertkit/checks";
import { bertInputs, type EncodedBatch, type EncoderInputs } from "@bertkit/encoder";
import type { TextInput, Tokenizer } from "@bertkit/tokenizer";
import { checkBatch, checkSome, checkTokenizer } from "../check-arguments.ts";
import * as tf from "@tensorflow/tfjs-core";
import { encodeRows, type InputOptions, padRows } from "../inputs/encode-inputs.ts";
import { inputRules, predictRules } from "../option-rules.ts";

/** A query with documents, and the relevance of each. */
export interface RankingExample {
  readonly query: string;
  readonly documents: readonly string[];
  /** One number from 0 to 1 for each document; in most data sets 0 or 1. */
  readonly relevance: readonly number[];
}

/** An encoded batch with one row per document. */
export interface RankingBatch extends EncodedBatch {
  /** Float32Array [rows] */
  readonly relevance: Float32Array;
  /** The index of each row's example, Int32Array [rows]. */
  readonly queries: Int32Array;
}

/** The tensors of a `RankingBatch`. */
export interface RankingTensors extends EncoderInputs {
  /** float32 [rows] */
  readonly relevance: tf.Tensor1D;
  /** int32 [rows] */
  readonly queries: tf.Tensor1D;
}

/** Encodes and pads pairs of a query and each of its documents. @throws RangeError for a relevance outside [0, 1] */
export function rankingBatch(
  examples: readonly RankingExample[],
  tokenizer: Tokenizer,
  options: InputOptions = {},
): RankingBatch {
  checkOptions("rankingBatch", options, inputRules, Object.keys(predictRules));
  checkTokenizer("rankingBatch", tokenizer);
  checkObjects("rankingBatch", "examples", examples, "{ query, documents, relevance }");
  checkSome("rankingBatch", examples);
  examples.forEach(({ query, documents, relevance }, i) => {
    checkText("rankingBatch", `the query of example ${i}`, query, "Leave the example out.");
    checkTexts("rankingBatch", `the documents of example ${i}`, documents);
    checkArray("rankingBatch", `the relevance of example ${i}`, relevance, "numbers");
    if (documents.length === 0 || documents.length !== relevance.length)
      throw new RangeError(
        `rankingBatch: example ${i} must have one or more documents and a relevance for each, got ${documents.length} and ${relevance.length}. Pass one number for each document.`,
      );
    for (const value of relevance)
      checkValue(
        "rankingBatch",
        `a relevance of example ${i}`,
        value,
        number({ from: 0, to: 1 }),
        "Scale grades to 0 … 1.",
      );
  });
  const pairs = examples.flatMap(({ query, documents }) => documents.map((document): TextInput => [query, document]));
  const batch = padRows(encodeRows(pairs, tokenizer, options), tokenizer.special.padding.id, options);
  return {
    ...batch,
    relevance: Float32Array.from(examples.flatMap(({ relevance }) => relevance)),
    queries: Int32Array.from(examples.flatMap(({ documents }, i) => documents.map(() => i))),
  };
}

/** Creates the tensors of a batch. Call it in `tf.tidy`, as `loss` does, or dispose the tensors. */
export function rankingTensors(batch: RankingBatch): RankingTensors {
  checkBatch("rankingTensors", batch, "rankingBatch", "relevance", "queries");
  return {
    ...bertInputs(batch),
    relevance: tf.tensor1d(batch.relevance),
    queries: tf.tensor1d(batch.queries, "int32"),
  };
}
