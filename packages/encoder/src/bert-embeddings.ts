import { checkOptions, number, oneOf, required, trueOrFalse, wholeNumber, type Rules } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";
import { checkIds } from "@bertkit/ops";
import { Dense, Dropout, Embedding, LayerNorm, truncatedNormal, type Context, type Rng } from "@bertkit/nn";

import { bertConfigFields, type BertConfig, type PositionEmbedding } from "./bert-config.ts";
import { checkForward } from "./check-encoder.ts";
import type { EncoderInputs } from "./encoder.ts";

/** Maps token ids to vectors: the first part of an encoder. */
export interface TokenEmbeddings {
  /** Size of the vectors, if known; compared with the other parts' sizes. */
  readonly size?: number | undefined;
  /** Maximum tokens of a row, padding included. Default: no limit. */
  readonly maxTokens?: number | undefined;
  /** → float32 [batch, tokens, hiddenSize] */
  forward(inputs: EncoderInputs, context: Context): tf.Tensor3D;
}

/** Options of `BertEmbeddings`; a `BertConfig` fits. */
export interface BertEmbeddingsConfig extends Pick<
  BertConfig,
  | "vocabularySize"
  | "hiddenSize"
  | "maxPositionEmbeddings"
  | "hiddenDropout"
  | "layerNormEpsilon"
  | "initializerRange"
  | "paddingId"
> {
  /** Number of token types; 0 for none. */
  readonly typeVocabularySize: number;
  /** Position embeddings are added only with "absolute", the default. */
  readonly positionEmbedding?: PositionEmbedding | "none" | undefined;
  /**
   * Size of the embedding tables; if given, a dense layer maps it to `hiddenSize`, as in ALBERT (Lan et al., 2019,
   * section 3.1). Default `hiddenSize`, without a dense layer.
   */
  readonly embeddingSize?: number | undefined;
  /** Whether the norm has a shift. Default true. */
  readonly normBias?: boolean | undefined;
}

const rules: Rules<BertEmbeddingsConfig> = {
  vocabularySize: required(wholeNumber(1)),
  hiddenSize: required(wholeNumber(1)),
  maxPositionEmbeddings: required(wholeNumber()), // 0 if there is no position table
  typeVocabularySize: required(wholeNumber()),
  hiddenDropout: required(number({ from: 0, below: 1 })),
  layerNormEpsilon: required(number({ from: 0 })),
  initializerRange: required(number({ from: 0 })),
  paddingId: wholeNumber(),
  positionEmbedding: oneOf(["absolute", "relative_key", "relative_key_query", "none"]),
  embeddingSize: wholeNumber(1),
  normBias: trueOrFalse,
};

/**
 * The sum of word, position and token-type embeddings, then LayerNorm and dropout.
 * Source: Devlin et al., 2018, figure 2; modeling.py, `embedding_postprocessor`.
 */
export class BertEmbeddings implements TokenEmbeddings {
  readonly word: Embedding;
  /** Undefined if positions are relative, or if there are none. */
  readonly position?: Embedding;
  /** Undefined if there are no token types. */
  readonly tokenType?: Embedding;
  readonly norm: LayerNorm;
  readonly dropout: Dropout;
  /** [embeddingSize] → [hiddenSize]; undefined if `embeddingSize` is not given */
  readonly projection?: Dense;
  readonly size: number;

  constructor(config: BertEmbeddingsConfig, rng: Rng) {
    checkOptions("BertEmbeddings", config, rules, bertConfigFields);
    const initializer = truncatedNormal(config.initializerRange);
    const { embeddingSize, hiddenSize } = config;
    const size = embeddingSize ?? hiddenSize;
    this.word = new Embedding({ count: config.vocabularySize, size, rng, initializer, paddingId: config.paddingId });
    if ((config.positionEmbedding ?? "absolute") === "absolute")
      this.position = new Embedding({ count: config.maxPositionEmbeddings, size, rng, initializer });
    if (config.typeVocabularySize > 0)
      this.tokenType = new Embedding({ count: config.typeVocabularySize, size, rng, initializer });
    this.norm = new LayerNorm({ size, epsilon: config.layerNormEpsilon, useBias: config.normBias ?? true });
    this.dropout = new Dropout(config.hiddenDropout);
    if (embeddingSize !== undefined)
      this.projection = new Dense({ inputSize: size, outputSize: hiddenSize, rng, initializer });
    this.size = hiddenSize;
  }

  /** The number of position embeddings; undefined without. */
  get maxTokens(): number | undefined {
    return this.position?.table.shape[0];
  }

  forward(inputs: EncoderInputs, context: Context): tf.Tensor3D {
    checkForward("BertEmbeddings.forward", inputs, context);
    const { inputIds, tokenTypeIds, positionIds } = inputs;
    const words = this.word.forward(inputIds); // [batch, tokens, embeddingSize]
    const withPositions =
      this.position === undefined ? words : tf.add(words, positionVectors(this.position, inputIds, positionIds));
    const typed =
      this.tokenType === undefined ? withPositions : tf.add(withPositions, types(this.tokenType, tokenTypeIds));
    const vectors = this.dropout.forward(this.norm.forward(typed), context) as tf.Tensor3D;
    return this.projection === undefined ? vectors : this.projection.forward(vectors);
  }
}

/** Multiplies by one-hot rows: with few types, its gradient is faster than that of a lookup. */
function types({ table }: Embedding, tokenTypeIds: tf.Tensor2D | undefined): tf.Tensor {
  const [types, size] = table.shape;
  if (tokenTypeIds === undefined) return tf.slice(table, [0, 0], [1, size]); // [1, size]
  checkIds("BertEmbeddings", "tokenTypeIds", tokenTypeIds, types);
  // tf.oneHot rejects a depth of 1.
  if (types === 1) return table; // [1, size]
  const [batch, tokens] = tokenTypeIds.shape;
  // Not oneHot(…, "float32"): on wasm that returns the bits of integers.
  const oneHot = tf.cast(tf.oneHot(tf.reshape(tokenTypeIds, [batch * tokens]) as tf.Tensor1D, types), "float32");
  return tf.reshape(tf.matMul(oneHot as tf.Tensor2D, table), [batch, tokens, size]);
}

/** → [tokens, size], or [batch, tokens, size] if the inputs have `positionIds` */
function positionVectors(
  embedding: Embedding,
  { shape }: tf.Tensor2D,
  positionIds: tf.Tensor2D | undefined,
): tf.Tensor {
  const [positions, size] = embedding.table.shape;
  const tokens = shape[1];
  if (positionIds !== undefined) {
    checkIds("BertEmbeddings", "positionIds", positionIds, positions);
    return embedding.forward(positionIds);
  }
  if (tokens > positions) {
    throw new RangeError(
      `BertEmbeddings: ${tokens} tokens, padding included, exceed maxPositionEmbeddings ${positions}. Truncate and pad to at most ${positions}, for example with the option maxLength: ${positions}.`,
    );
  }
  return tf.slice(embedding.table, [0, 0], [tokens, size]);
}
