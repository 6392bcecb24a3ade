import type { TextInput, Tokenizer } from "@bertkit/tokenizer";
import { encodeRows } from "../inputs/encode-inputs.ts";
import { type PredictOptions, predictRows } from "../inputs/predict-rows.ts";
import type { SentenceEmbedder } from "./sentence-embedder.ts";

/** A vector for each text or pair, float32 [size], in the order of the texts. Any number of them; no tensor stays. */
export async function embedTexts(
  embedder: SentenceEmbedder,
  tokenizer: Tokenizer,
  inputs: readonly TextInput[],
  options: PredictOptions = {},
): Promise<Float32Array[]> {
  const rows = encodeRows(inputs, tokenizer, options);
  return predictRows(rows, tokenizer.special.padding.id, (batch) => embedder.predict(batch), options);
}
