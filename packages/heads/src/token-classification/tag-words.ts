import type { Tokenizer } from "@bertkit/tokenizer";
import { type PredictOptions, predictRows } from "../inputs/predict-rows.ts";
import { bestLabel, type TokenLabel } from "./best-label.ts";
import { encodeWords } from "./encode-words.ts";
import type { TokenClassifier } from "./token-classifier.ts";

/**
 * The label of every word of sentences given as words, from its first piece; undefined where a word has no piece or
 * lies beyond `maxLength`. Any number of sentences; no tensor stays.
 */
export async function tagWords(
  classifier: TokenClassifier,
  tokenizer: Tokenizer,
  sentences: readonly (readonly string[])[],
  options: PredictOptions = {},
): Promise<(TokenLabel | undefined)[][]> {
  const rows = sentences.map((words) => encodeWords(words, tokenizer, options.maxLength));
  const values = await predictRows(rows, tokenizer.special.padding.id, (batch) => classifier.predict(batch), options);
  return rows.map(({ firstPieces }, row) =>
    Array.from(firstPieces, (piece) => (piece < 0 ? undefined : bestLabel(values[row]!, piece, classifier.labels))),
  );
}
