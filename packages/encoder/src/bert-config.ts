/** What decides a BERT's shape and arithmetic. The names in Hugging Face's config.json are given where they differ. */
export interface BertConfig {
  /** Number of WordPiece tokens (`vocab_size`). */
  vocabularySize: number;
  /** Length of every token's vector, a multiple of `attentionHeads`. */
  hiddenSize: number;
  /** Number of encoder blocks (`num_hidden_layers`). */
  hiddenLayers: number;
  /** Number of attention heads a block (`num_attention_heads`). */
  attentionHeads: number;
  /** Inner length of the feed-forward part; four times `hiddenSize` in every published BERT. */
  intermediateSize: number;
  /** Longest sequence that has position embeddings; with relative ones, one more than the furthest distance. */
  maxPositionEmbeddings: number;
  /** Number of token types (`type_vocab_size`): 2 for sentence A and B. */
  typeVocabularySize: number;
  /** Dropout after the embeddings and after each sub-layer, 0 … 1 (`hidden_dropout_prob`). */
  hiddenDropout: number;
  /** Dropout of the attention probabilities, 0 … 1 (`attention_probs_dropout_prob`). */
  attentionDropout: number;
  layerNormEpsilon: number;
  /** "gelu" is exact, "gelu_tanh" google-research/bert's approximation (`hidden_act`: "gelu", "gelu_new"). */
  activation: Activation;
  /** How tokens know where they are (`position_embedding_type`). Default "absolute". */
  positionEmbedding?: PositionEmbedding | undefined;
  /**
   * The word vector of this id starts at zero and lookups give it no gradient (`pad_token_id`: Hugging Face's
   * padding row). Absent: a row like any other, as in google-research/bert.
   */
  paddingId?: number | undefined;
  /** Standard deviation of the truncated normal that fills new weights. */
  initializerRange: number;
  /** Whether there is a pooler over [CLS]. */
  pooler: boolean;
}

export type Activation = "gelu" | "gelu_tanh" | "relu" | "silu";

/**
 * "absolute": a vector for each place is added to the token's. "relative_key": every block's scores get the query's
 * product with a vector for each distance (Shaw et al., 2018); "relative_key_query": the key's as well (Huang et al.,
 * 2020, method 4).
 */
export type PositionEmbedding = "absolute" | "relative_key" | "relative_key_query";

/** What every published BERT has in common (google-research/bert, modeling.py, `BertConfig`). */
export const bertDefaults: Omit<
  BertConfig,
  "vocabularySize" | "hiddenSize" | "hiddenLayers" | "attentionHeads" | "intermediateSize"
> = {
  maxPositionEmbeddings: 512,
  typeVocabularySize: 2,
  hiddenDropout: 0.1,
  attentionDropout: 0.1,
  layerNormEpsilon: 1e-12,
  activation: "gelu",
  positionEmbedding: "absolute",
  initializerRange: 0.02,
  pooler: true,
};

function size(hiddenLayers: number, hiddenSize: number): Omit<BertConfig, "vocabularySize"> {
  return {
    ...bertDefaults,
    hiddenLayers,
    hiddenSize,
    attentionHeads: hiddenSize / 64,
    intermediateSize: 4 * hiddenSize,
  };
}

/** The published sizes (Devlin et al., 2018; Turc et al., 2019), all but the vocabulary. */
export const bertSizes: Readonly<
  Record<"tiny" | "mini" | "small" | "medium" | "base" | "large", Omit<BertConfig, "vocabularySize">>
> = {
  tiny: size(2, 128),
  mini: size(4, 256),
  small: size(4, 512),
  medium: size(8, 512),
  base: size(12, 768),
  large: size(24, 1024),
};

/** Throws an error that names the field of a config that cannot be built. */
export function checkBertConfig(config: BertConfig): void {
  const counts = [
    "vocabularySize",
    "hiddenSize",
    "hiddenLayers",
    "attentionHeads",
    "intermediateSize",
    "maxPositionEmbeddings",
    "typeVocabularySize",
  ] as const;
  for (const name of counts) {
    if (!Number.isInteger(config[name]) || config[name] < 1) {
      throw new Error(`BertConfig.${name}: must be a whole number of at least 1, got ${config[name]}.`);
    }
  }
  if (config.hiddenSize % config.attentionHeads !== 0) {
    throw new Error(
      `BertConfig.attentionHeads: must divide hiddenSize ${config.hiddenSize}, got ${config.attentionHeads}.`,
    );
  }
  if (config.paddingId !== undefined && !(config.paddingId >= 0 && config.paddingId < config.vocabularySize)) {
    throw new Error(
      `BertConfig.paddingId: must be an id below vocabularySize ${config.vocabularySize}, got ${config.paddingId}.`,
    );
  }
  checkChoice(config, "activation", ["gelu", "gelu_tanh", "relu", "silu"]);
  checkChoice(config, "positionEmbedding", ["absolute", "relative_key", "relative_key_query"]);
}

function checkChoice(config: BertConfig, field: "activation" | "positionEmbedding", choices: readonly string[]): void {
  const choice = config[field];
  if (choice !== undefined && !choices.includes(choice)) {
    throw new Error(`BertConfig.${field}: must be one of ${choices.join(", ")}, got ${JSON.stringify(choice)}.`);
  }
}
