import { checkValue, object, trueOrFalse } from "@bertkit/checks";

/** Shape and arithmetic of a BERT. Names in Hugging Face's config.json are in parentheses. */
export interface BertConfig {
  /** Number of WordPiece tokens (`vocab_size`). */
  readonly vocabularySize: number;
  /** Length of every token's vector, a multiple of `attentionHeads`. */
  readonly hiddenSize: number;
  /** Number of encoder blocks (`num_hidden_layers`). */
  readonly hiddenLayers: number;
  /** Number of attention heads per block (`num_attention_heads`). */
  readonly attentionHeads: number;
  /** Inner size of the feed-forward part; four times `hiddenSize` in every published BERT. */
  readonly intermediateSize: number;
  /** Longest sequence in tokens. With relative positions, one more than the largest distance. */
  readonly maxPositionEmbeddings: number;
  /** Number of token types (`type_vocab_size`): 2 for sentence A and B. */
  readonly typeVocabularySize: number;
  /** Dropout after the embeddings and after each sub-layer, in [0, 1) (`hidden_dropout_prob`). */
  readonly hiddenDropout: number;
  /** Dropout of the attention probabilities, in [0, 1) (`attention_probs_dropout_prob`). */
  readonly attentionDropout: number;
  readonly layerNormEpsilon: number;
  /** "gelu" is exact, "gelu_tanh" google-research/bert's approximation (`hidden_act`: "gelu", "gelu_new"). */
  readonly activation: Activation;
  /** Kind of position embeddings (`position_embedding_type`). Default "absolute". */
  readonly positionEmbedding?: PositionEmbedding | undefined;
  /**
   * The word vector of this id is initially zero and gets no gradient from lookups (`pad_token_id` of Hugging Face).
   * Without it every row is trained, as in google-research/bert.
   */
  readonly paddingId?: number | undefined;
  /** Standard deviation of the truncated normal that initializes weights. */
  readonly initializerRange: number;
  /** Whether there is a pooler over [CLS]. */
  readonly pooler: boolean;
}

export type Activation = "gelu" | "gelu_tanh" | "relu" | "silu";

/**
 * "absolute" adds a vector per position to the token's vector. "relative_key" adds the query's product with a vector
 * per distance to the attention scores of every block (Shaw et al., 2018). "relative_key_query" also adds the key's
 * product (Huang et al., 2020, method 4).
 */
export type PositionEmbedding = "absolute" | "relative_key" | "relative_key_query";

/** The values that all published BERTs share (google-research/bert, modeling.py, `BertConfig`). */
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

/** The published sizes (Devlin et al., 2018; Turc et al., 2019), without a vocabulary size. */
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

/** Upper limit of each field: at least ten times the value of any published BERT. */
const largest = {
  vocabularySize: 1 << 24,
  hiddenSize: 1 << 16,
  hiddenLayers: 1 << 12,
  attentionHeads: 1 << 16,
  intermediateSize: 1 << 20,
  maxPositionEmbeddings: 1 << 22,
  typeVocabularySize: 1 << 16,
} as const satisfies Partial<Record<keyof BertConfig, number>>;

/** Names of the fields of a `BertConfig`. */
export const bertConfigFields: readonly string[] = ["vocabularySize", ...Object.keys(bertSizes.tiny), "paddingId"];

/** @throws TypeError or RangeError that names the invalid field */
export function checkBertConfig(config: BertConfig): void {
  checkValue("BertConfig", "the config", config, object("an object"), "Pass { ...bertSizes.tiny, vocabularySize }.");
  for (const name of Object.keys(config))
    if (!bertConfigFields.includes(name))
      throw new TypeError(`BertConfig: no field is called ${name.slice(0, 60)}. Use ${bertConfigFields.join(", ")}.`);
  for (const name of Object.keys(largest) as (keyof typeof largest)[]) {
    if (!Number.isInteger(config[name]) || config[name] < 1 || config[name] > largest[name]) {
      throw new RangeError(
        `BertConfig.${name}: must be a whole number of at least 1 and at most ${largest[name]}, got ${shown(config[name])}.`,
      );
    }
  }
  if (config.hiddenSize % config.attentionHeads !== 0) {
    throw new RangeError(
      `BertConfig.attentionHeads: must divide hiddenSize ${config.hiddenSize}, got ${config.attentionHeads}.`,
    );
  }
  const { paddingId } = config;
  if (
    paddingId !== undefined &&
    !(Number.isInteger(paddingId) && paddingId >= 0 && paddingId < config.vocabularySize)
  ) {
    throw new RangeError(
      `BertConfig.paddingId: must be an id below vocabularySize ${config.vocabularySize}, got ${shown(paddingId)}.`,
    );
  }
  for (const name of ["hiddenDropout", "attentionDropout"] as const)
    checkNumber(name, config[name], (rate) => rate >= 0 && rate < 1, "at least 0 and less than 1");
  checkNumber(
    "layerNormEpsilon",
    config.layerNormEpsilon,
    (value) => Math.fround(value) > 0 && value <= 1,
    "above 0 in float32 and at most 1",
  );
  checkNumber("initializerRange", config.initializerRange, (value) => value >= 0 && value <= 100, "from 0 to 100");
  checkValue("BertConfig", "pooler", config.pooler, trueOrFalse);
  checkChoice(config, "activation", ["gelu", "gelu_tanh", "relu", "silu"]);
  checkChoice(config, "positionEmbedding", ["absolute", "relative_key", "relative_key_query"]);
}

function checkNumber(field: keyof BertConfig, value: unknown, fits: (value: number) => boolean, range: string): void {
  if (typeof value === "number" && fits(value)) return;
  throw new RangeError(`BertConfig.${field}: must be a number ${range}, got ${shown(value)}.`);
}

function checkChoice(config: BertConfig, field: "activation" | "positionEmbedding", choices: readonly string[]): void {
  const choice = config[field];
  if (choice !== undefined && !choices.includes(choice)) {
    throw new RangeError(`BertConfig.${field}: must be one of ${choices.join(", ")}, got ${shown(choice)}.`);
  }
}

/** A value for an error message, shortened. */
function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
