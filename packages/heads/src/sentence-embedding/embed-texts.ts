import { checkOptions, limitLength } from "@bertkit/checks";
import type { TextInput, Tokenizer } from "@bertkit/tokenizer";
import { checkHead } from "../check-arguments.ts";
import { encodeRows } from "../inputs/encode-inputs.ts";
import { predictRules } from "../option-rules.ts";
import { type PredictOptions, predictRows } from "../inputs/predict-rows.ts";
import type { SentenceEmbedder } from "./sentence-embedder.ts";

/** Embeds any number of texts or pairs: a vector per text, float32 [size], in order. Leaves no tensors. */
export async function embedTexts(
  embedder: SentenceEmbedder,
  tokenizer: Tokenizer,
  inputs: readonly TextInput[],
  options: PredictOptions = {},
): Promise<Float32Array[]> {
  checkOptions("embedTexts", options, predictRules);
  checkHead("embedTexts", "embedder", embedder, "a SentenceEmbedder");
  const limits = limitLength(embedder, options);
  const rows = encodeRows(inputs, tokenizer, limits);
  return predictRows(rows, tokenizer.special.padding.id, (batch) => embedder.predict(batch), limits);
}
