import { LayerNorm, type NameRule } from "@bertkit/nn";
import {
  BertEmbeddings,
  type BertEncoder,
  createBert,
  FeedForward,
  Pooler,
  PostNormBlock,
  SelfAttention,
} from "@bertkit/encoder";
import { bertFields } from "./bert-fields.ts";
import type { ConfigFields } from "./config-fields.ts";
import { encoderFamily, type PretrainedEncoder } from "./encoder-family.ts";
import type { Family } from "./family.ts";
import { denseNames, embeddingNames, normNames } from "./hugging-face-names.ts";

/** BERT with shared layer weights and smaller word vectors (Lan et al., 2019); Hugging Face's `AlbertModel`. */
export const albert: Family<PretrainedEncoder<BertEncoder<BertEmbeddings, PostNormBlock>>> = encoderFamily({
  name: "ALBERT",
  modelType: "albert",
  prefix: "albert.",
  encoder: (fields, rng) => {
    const order = blockOrder(fields);
    const config = {
      ...bertFields(fields),
      hiddenDropout: fields.number("hidden_dropout_prob", 0),
      attentionDropout: fields.number("attention_probs_dropout_prob", 0),
      activation: fields.activation("hidden_act", "gelu_new"),
      hiddenLayers: order.length,
    };
    const { hiddenSize: size, attentionHeads: heads, layerNormEpsilon: epsilon, intermediateSize, activation } = config;
    const blocks = Array.from(new Set(order), () => {
      return new PostNormBlock({
        attention: new SelfAttention({ size, heads, dropout: config.attentionDropout, rng }),
        attentionNorm: new LayerNorm({ size, epsilon }),
        feedForward: new FeedForward({ size, intermediateSize, activation, rng }),
        feedForwardNorm: new LayerNorm({ size, epsilon }),
        dropout: config.hiddenDropout,
      });
    });
    return createBert(config, rng, {
      embeddings: new BertEmbeddings({ ...config, embeddingSize: fields.count("embedding_size", 128) }, rng),
      layer: (index) => blocks[order[index]!]!,
      ...(fields.has("pooler.weight") && { pooler: new Pooler({ size, rng }) }),
    });
  },
  names: (fields) => [
    ...embeddingNames("embeddings.word", "embeddings.word_embeddings"),
    ...embeddingNames("embeddings.position", "embeddings.position_embeddings"),
    ...embeddingNames("embeddings.tokenType", "embeddings.token_type_embeddings"),
    ...normNames("embeddings.norm", "embeddings.LayerNorm"),
    ...denseNames("embeddings.projection", "encoder.embedding_hidden_mapping_in"),
    ...blockOrder(fields).flatMap((block, index) => blockNames(index, block, fields.count("inner_group_num", 1))),
    ...denseNames("pooler.dense", "pooler"),
  ],
});

/** The block of each layer: consecutive layers belong to one group, and every layer runs its group's blocks. */
function blockOrder(fields: ConfigFields): number[] {
  const [layers, groups, inner] = [
    fields.count("num_hidden_layers"),
    fields.count("num_hidden_groups", 1),
    fields.count("inner_group_num", 1),
  ];
  return Array.from({ length: layers * inner }, (_, index) => {
    const group = Math.floor((Math.floor(index / inner) * groups) / layers);
    return group * inner + (index % inner);
  });
}

function blockNames(index: number, block: number, inner: number): NameRule[] {
  const path = `layers.${index}`;
  const name = `encoder.albert_layer_groups.${Math.floor(block / inner)}.albert_layers.${block % inner}`;
  return [
    ...denseNames(`${path}.attention.query`, `${name}.attention.query`),
    ...denseNames(`${path}.attention.key`, `${name}.attention.key`),
    ...denseNames(`${path}.attention.value`, `${name}.attention.value`),
    ...denseNames(`${path}.attention.output`, `${name}.attention.dense`),
    ...normNames(`${path}.attentionNorm`, `${name}.attention.LayerNorm`),
    ...denseNames(`${path}.feedForward.expand`, `${name}.ffn`),
    ...denseNames(`${path}.feedForward.contract`, `${name}.ffn_output`),
    ...normNames(`${path}.feedForwardNorm`, `${name}.full_layer_layer_norm`),
  ];
}
