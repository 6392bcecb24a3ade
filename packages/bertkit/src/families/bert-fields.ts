import { type BertConfig, bertDefaults } from "@bertkit/encoder";
import { configError } from "../config/config-error.ts";
import { shown } from "../config/json-fields.ts";
import type { ConfigFields } from "./config-fields.ts";

/**
 * The fields that a family has with the names and defaults of Hugging Face's `BertConfig`.
 * @throws CheckpointError for positions that are not absolute, and for a decoder
 */
export function bertFields(fields: ConfigFields): BertConfig {
  const positions = fields.json["position_embedding_type"] ?? "absolute";
  if (positions !== "absolute")
    throw configError(
      `config.json: "position_embedding_type" is ${shown(positions)}, but only "absolute" is supported for ELECTRA and ALBERT, so the vectors would differ. Use a model with absolute positions.`,
    );
  for (const field of ["is_decoder", "add_cross_attention"])
    if (fields.flag(field, false))
      throw configError(
        `config.json: "${field}" must be false, got true: a decoder's vectors would differ. Only encoders are supported.`,
      );
  return {
    vocabularySize: fields.count("vocab_size"),
    hiddenSize: fields.count("hidden_size"),
    hiddenLayers: fields.count("num_hidden_layers"),
    attentionHeads: fields.count("num_attention_heads"),
    intermediateSize: fields.count("intermediate_size"),
    maxPositionEmbeddings: fields.count("max_position_embeddings"),
    typeVocabularySize: fields.count("type_vocab_size", bertDefaults.typeVocabularySize),
    hiddenDropout: fields.number("hidden_dropout_prob", bertDefaults.hiddenDropout),
    attentionDropout: fields.number("attention_probs_dropout_prob", bertDefaults.attentionDropout),
    layerNormEpsilon: fields.number("layer_norm_eps", bertDefaults.layerNormEpsilon),
    initializerRange: fields.number("initializer_range", bertDefaults.initializerRange),
    activation: fields.activation("hidden_act", "gelu"),
    paddingId: fields.paddingId(0),
    pooler: false,
  };
}
