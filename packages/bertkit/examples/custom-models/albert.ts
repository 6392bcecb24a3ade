// ALBERT (Lan et al., 2019): all layers share one block's weights, and words have shorter vectors than hidden states.
import { type BertConfig, BertEmbeddings, type BertEncoder, createBert, type PostNormBlock } from "@bertkit/encoder";
import type { Rng } from "@bertkit/nn";

export function createAlbert(
  config: BertConfig,
  embeddingSize: number,
  rng: Rng,
): BertEncoder<BertEmbeddings, PostNormBlock> {
  const embeddings = new BertEmbeddings({ ...config, embeddingSize }, rng);
  return createBert(config, rng, { embeddings, shareLayers: true });
}
