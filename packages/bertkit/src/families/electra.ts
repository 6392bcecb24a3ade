import { BertEmbeddings, type BertEncoder, bertNames, createBert, type PostNormBlock } from "@bertkit/encoder";
import { bertFields } from "./bert-fields.ts";
import { encoderFamily, type PretrainedEncoder } from "./encoder-family.ts";
import type { Family } from "./family.ts";
import { denseNames } from "./hugging-face-names.ts";

/**
 * ELECTRA's discriminator and generator, which differ only in size: BERT without a pooler, with another size of word
 * vectors (Clark et al., 2020); Hugging Face's `ElectraModel`.
 */
export const electra: Family<PretrainedEncoder<BertEncoder<BertEmbeddings, PostNormBlock>>> = encoderFamily({
  name: "ELECTRA",
  modelType: "electra",
  prefix: "electra.",
  encoder: (fields, rng) => {
    const config = bertFields(fields);
    const width = fields.count("embedding_size", 128);
    const embeddingSize = width === config.hiddenSize ? undefined : width;
    return createBert(config, rng, { embeddings: new BertEmbeddings({ ...config, embeddingSize }, rng) });
  },
  names: () => [...bertNames, ...denseNames("embeddings.projection", "embeddings_project")],
});
