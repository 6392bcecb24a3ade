import { checkObject, checkObjects, checkOptions, checkTexts, limitLength } from "@bertkit/checks";
import { bertInputs, type EncodedBatch, type EncoderInputs } from "@bertkit/encoder";
import type { Tokenizer } from "@bertkit/tokenizer";
import { checkBatch, checkSome, checkTokenizer } from "../check-arguments.ts";
import * as tf from "@tensorflow/tfjs-core";
import { labelIndex } from "../check-labels.ts";
import { type InputOptions, padRows } from "../inputs/encode-inputs.ts";
import { predictRules, tokenBatchRules } from "../option-rules.ts";
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

/** Options of `tokenBatch`. */
export interface TokenBatchOptions extends InputOptions {
  /**
   * Which pieces get their word's label: "first", as in the BERT paper, or "all"; then the pieces after the first of a
   * word labeled B-TYPE get I-TYPE if the classifier has that label, as in Hugging Face's run_ner.py with
   * label_all_tokens. Default "first".
   */
  readonly pieces?: "first" | "all";
}

/** The tensors of a `TokenBatch`: [batch, tokens] each. */
export interface TokenTensors extends EncoderInputs {
  readonly labels: tf.Tensor2D;
  readonly weights: tf.Tensor2D;
}

/**
 * Encodes and pads labeled sentences. A word's label goes to its first piece, as in the BERT paper (section 5.3), or to
 * all pieces; other tokens and padding have weight 0.
 */
export function tokenBatch(
  examples: readonly TokenExample[],
  tokenizer: Tokenizer,
  classifier: { readonly labels: readonly string[] },
  options: TokenBatchOptions = {},
): TokenBatch {
  checkOptions("tokenBatch", options, tokenBatchRules, Object.keys(predictRules));
  const { pieces = "first", ...inputs } = options;
  checkObjects("tokenBatch", "examples", examples, "{ words, labels }");
  checkSome("tokenBatch", examples);
  checkTokenizer("tokenBatch", tokenizer);
  checkObject("tokenBatch", "classifier", classifier, "a TokenClassifier", "labels");
  checkTexts("tokenBatch", "the classifier's labels", classifier.labels);
  examples.forEach(({ labels }, i) => checkTexts("tokenBatch", `examples[${i}].labels`, labels));
  const limits = limitLength(classifier, inputs);
  const rows = examples.map(({ words }) => encodeWords(words, tokenizer, limits.maxLength));
  const batch = padRows(rows, tokenizer.special.padding.id, limits);
  const labels = new Int32Array(batch.inputIds.length);
  const weights = new Float32Array(batch.inputIds.length);
  examples.forEach((example, row) => {
    if (example.labels.length !== example.words.length) {
      throw new RangeError(
        `tokenBatch: example ${row} has ${example.words.length} words and ${example.labels.length} labels. Pass one label per word.`,
      );
    }
    const { firstPieces, ids } = rows[row]!;
    let end = ids.length - 1; // [SEP]
    for (let word = firstPieces.length - 1; word >= 0; word--) {
      const first = firstPieces[word]!;
      if (first < 0) continue;
      const label = example.labels[word]!;
      const place = row * batch.shape[1];
      labels[place + first] = labelIndex("tokenBatch", classifier.labels, label);
      weights[place + first] = 1;
      if (pieces === "all") {
        const inside = classifier.labels.indexOf(label.replace(/^B-/, "I-"));
        labels.fill(inside < 0 ? labels[place + first]! : inside, place + first + 1, place + end);
        weights.fill(1, place + first + 1, place + end);
      }
      end = first;
    }
  });
  return { ...batch, labels, weights };
}

/** Creates the tensors of a batch. Call it in `tf.tidy`, as `loss` does, or dispose the tensors. */
export function tokenTensors(batch: TokenBatch): TokenTensors {
  checkBatch("tokenTensors", batch, "tokenBatch", "labels", "weights", "shape");
  const shape: [number, number] = [...batch.shape];
  return {
    ...bertInputs(batch),
    labels: tf.tensor2d(batch.labels, shape, "int32"),
    weights: tf.tensor2d(batch.weights, shape),
  };
}
