import { checkArray, checkOptions, limitLength } from "@bertkit/checks";
import type { Tokenizer } from "@bertkit/tokenizer";
import { checkHead } from "../check-arguments.ts";
import { type PredictOptions, predictRows } from "../inputs/predict-rows.ts";
import { predictRules } from "../option-rules.ts";
import { bestLabel, type TokenLabel } from "./best-label.ts";
import { encodeWords } from "./encode-words.ts";
import type { TokenClassifier } from "./token-classifier.ts";

/**
 * Predicts the label of every word, from its first piece; undefined if a word has no piece or was truncated. Takes any
 * number of sentences as lists of words. Leaves no tensors.
 */
export async function tagWords(
  classifier: TokenClassifier,
  tokenizer: Tokenizer,
  sentences: readonly (readonly string[])[],
  options: PredictOptions = {},
): Promise<(TokenLabel | undefined)[][]> {
  checkOptions("tagWords", options, predictRules);
  checkHead("tagWords", "classifier", classifier, "a TokenClassifier", "labels");
  checkArray("tagWords", "sentences", sentences, "lists of words");
  const limits = limitLength(classifier, options);
  const rows = Array.from(sentences, (words) => encodeWords(words, tokenizer, limits.maxLength));
  const values = await predictRows(rows, tokenizer.special.padding.id, (batch) => classifier.predict(batch), limits);
  return rows.map(({ firstPieces }, row) =>
    Array.from(firstPieces, (piece) => (piece < 0 ? undefined : bestLabel(values[row]!, piece, classifier.labels))),
  );
}
