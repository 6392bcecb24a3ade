import { checkArray, checkOptions } from "@bertkit/checks";
import { bertInputs, type EncodedBatch, type EncoderInputs } from "@bertkit/encoder";
import type { Tokenizer } from "@bertkit/tokenizer";
import * as tf from "@tensorflow/tfjs-core";
import { labelIndex } from "../check-labels.ts";
import { type InputOptions, padRows } from "../inputs/encode-inputs.ts";
import { inputRules, predictRules } from "../option-rules.ts";
import { encodeWords } from "./encode-words.ts";

/** A sentence as words, with one label per word. */
export interface TokenExample {
  readonly words: readonly string[];
  readonly labels: readonly string[];
}

/**
 * An encoded batch with a label and a weight per token, [batch · tokens] each. Weight 0 corresponds to label -100 in
 * PyTorch.
 */
export interface TokenBatch extends EncodedBatch {
  readonly labels: Int32Array;
  readonly weights: Float32Array;
}

/** The tensors of a `TokenBatch`: [batch, tokens] each. */
export interface TokenTensors extends EncoderInputs {
  readonly labels: tf.Tensor2D;
  readonly weights: tf.Tensor2D;
}

/**
 * Encodes and pads labeled sentences. A word's label goes to its first piece, as in the BERT paper (section 5.3); other
 * pieces, special tokens and padding have weight 0.
 */
export function tokenBatch(
  examples: readonly TokenExample[],
  tokenizer: Tokenizer,
  classifier: { readonly labels: readonly string[] },
  options: InputOptions = {},
): TokenBatch {
  checkOptions("tokenBatch", options, inputRules, Object.keys(predictRules));
  checkArray("tokenBatch", "examples", examples, "{ words, labels }");
  const rows = examples.map(({ words }) => encodeWords(words, tokenizer, options.maxLength));
  const batch = padRows(rows, tokenizer.special.padding.id, options);
  const labels = new Int32Array(batch.inputIds.length);
  const weights = new Float32Array(batch.inputIds.length);
  examples.forEach((example, row) => {
    if (example.labels.length !== example.words.length) {
      throw new RangeError(
        `tokenBatch: example ${row} has ${example.words.length} words and ${example.labels.length} labels. Give one label a word.`,
      );
    }
    rows[row]!.firstPieces.forEach((piece, word) => {
      if (piece < 0) return;
      const place = row * batch.shape[1] + piece;
      labels[place] = labelIndex("tokenBatch", classifier.labels, example.labels[word]!);
      weights[place] = 1;
    });
  });
  return { ...batch, labels, weights };
}

/** Creates the tensors of a batch. Call it in `tf.tidy`, as `loss` does, or dispose the tensors. */
export function tokenTensors(batch: TokenBatch): TokenTensors {
  const shape: [number, number] = [...batch.shape];
  return {
    ...bertInputs(batch),
    labels: tf.tensor2d(batch.labels, shape, "int32"),
    weights: tf.tensor2d(batch.weights, shape),
  };
}
