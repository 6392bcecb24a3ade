import * as tf from "@tensorflow/tfjs-core";
import { Dropout, Embedding, LayerNorm, truncatedNormal, type Context, type Rng } from "@bertkit/nn";

import type { BertConfig } from "./bert-config.ts";
import type { EncoderInputs } from "./encoder.ts";

/** The slot for what turns ids into vectors. */
export interface TokenEmbeddings {
  /** → float32 [batch, tokens, hiddenSize] */
  forward(inputs: EncoderInputs, context: Context): tf.Tensor3D;
}

/**
 * The sum of word, position and token-type embeddings, normalised, then dropout.
 * Source: Devlin et al., 2018, figure 2; modeling.py, `embedding_postprocessor`.
 */
export class BertEmbeddings implements TokenEmbeddings {
  readonly word: Embedding;
  /** Absent where positions are relative. */
  readonly position?: Embedding;
  readonly tokenType: Embedding;
  readonly norm: LayerNorm;
  readonly dropout: Dropout;

  constructor(config: BertConfig, rng: Rng) {
    const initializer = truncatedNormal(config.initializerRange);
    const size = config.hiddenSize;
    this.word = new Embedding({ count: config.vocabularySize, size, rng, initializer, paddingId: config.paddingId });
    if ((config.positionEmbedding ?? "absolute") === "absolute")
      this.position = new Embedding({ count: config.maxPositionEmbeddings, size, rng, initializer });
    this.tokenType = new Embedding({ count: config.typeVocabularySize, size, rng, initializer });
    this.norm = new LayerNorm({ size, epsilon: config.layerNormEpsilon });
    this.dropout = new Dropout(config.hiddenDropout);
  }

  forward({ inputIds, tokenTypeIds }: EncoderInputs, context: Context): tf.Tensor3D {
    const words = this.word.forward(inputIds); // [batch, tokens, size]
    const placed = this.position === undefined ? words : tf.add(words, places(this.position, inputIds.shape[1]));
    return this.dropout.forward(this.norm.forward(tf.add(placed, this.#types(tokenTypeIds))), context) as tf.Tensor3D;
  }

  /** By a product with one-hot rows: of so few types, that has the faster gradient. */
  #types(tokenTypeIds: tf.Tensor2D | undefined): tf.Tensor {
    const [types, size] = this.tokenType.table.shape;
    if (tokenTypeIds === undefined) return tf.slice(this.tokenType.table, [0, 0], [1, size]); // [1, size]
    const [batch, tokens] = tokenTypeIds.shape;
    // Not with dtype float32: wasm then writes the bits of an integer.
    const oneHot = tf.cast(tf.oneHot(tf.reshape(tokenTypeIds, [batch * tokens]) as tf.Tensor1D, types), "float32");
    return tf.reshape(tf.matMul(oneHot as tf.Tensor2D, this.tokenType.table), [batch, tokens, size]);
  }
}

/** → [tokens, size] */
function places({ table }: Embedding, tokens: number): tf.Tensor2D {
  const [positions, size] = table.shape;
  if (tokens > positions) {
    throw new Error(
      `BertEmbeddings: ${tokens} tokens exceed maxPositionEmbeddings ${positions}. Truncate with encode(text, pair, { maxLength: ${positions} }).`,
    );
  }
  return tf.slice(table, [0, 0], [tokens, size]);
}
