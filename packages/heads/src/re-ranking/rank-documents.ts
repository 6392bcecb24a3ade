import { checkOptions, checkText, checkTexts, limitLength } from "@bertkit/checks";
import type { TextInput, Tokenizer } from "@bertkit/tokenizer";
import { checkHead } from "../check-arguments.ts";
import { encodeRows } from "../inputs/encode-inputs.ts";
import { type PredictOptions, predictRows } from "../inputs/predict-rows.ts";
import { predictRules } from "../option-rules.ts";
import type { CrossEncoder } from "./cross-encoder.ts";

/** The index of a document, and its score: how well it answers the query, from 0 to 1 unless the model has `plainScores`. */
export interface RankedText {
  readonly index: number;
  readonly score: number;
}

/** Sorts documents by how well they answer a query, best first; equal ones keep their order. Leaves no tensors. */
export async function rankDocuments(
  model: CrossEncoder,
  tokenizer: Tokenizer,
  query: string,
  documents: readonly string[],
  options: PredictOptions = {},
): Promise<RankedText[]> {
  checkOptions("rankDocuments", options, predictRules);
  checkHead("rankDocuments", "model", model, "a CrossEncoder");
  checkText("rankDocuments", "the query", query, "Pass a text.");
  checkTexts("rankDocuments", "documents", documents);
  const limits = limitLength(model, options);
  const rows = encodeRows(
    documents.map((document): TextInput => [query, document]),
    tokenizer,
    limits,
  );
  const scores = await predictRows(rows, tokenizer.special.padding.id, (batch) => model.predict(batch), limits);
  return scores.map(([score], index) => ({ index, score: score! })).sort((a, b) => b.score - a.score);
}
