import { checkArray, checkOptions, limitLength } from "@bertkit/checks";
import type { Tokenizer } from "@bertkit/tokenizer";
import { checkHead } from "../check-arguments.ts";
import { encodeRows } from "../inputs/encode-inputs.ts";
import { type PredictOptions, predictRows } from "../inputs/predict-rows.ts";
import { predictRules } from "../option-rules.ts";
import type { NextSentence } from "./next-sentence.ts";

/** The probability of each pair that its second text follows the first. Leaves no tensors. */
export async function followProbabilities(
  model: NextSentence,
  tokenizer: Tokenizer,
  pairs: readonly (readonly [first: string, second: string])[],
  options: PredictOptions = {},
): Promise<number[]> {
  checkOptions("followProbabilities", options, predictRules);
  checkHead("followProbabilities", "model", model, "a NextSentence");
  checkArray("followProbabilities", "pairs", pairs, "pairs of texts");
  const limits = limitLength(model, options);
  const rows = encodeRows(pairs, tokenizer, limits);
  const scores = await predictRows(rows, tokenizer.special.padding.id, (batch) => model.predict(batch), limits);
  return scores.map((row) => row[0]!);
}
