import {
  checkContext,
  checkOptions,
  checkTensor,
  checkTensors,
  number,
  object,
  required,
  wholeNumber,
  type Rules,
} from "@bertkit/checks";
import type { Encoder, EncoderInputs } from "@bertkit/encoder";
import { type Context, Dense, type Rng, truncatedNormal } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";

/** Options of `LateInteraction`. */
export interface LateInteractionOptions<E extends Encoder = Encoder> {
  /** A pooler is not used. */
  readonly encoder: E;
  /** Size of a token's vector. Default 128, as in ColBERT. */
  readonly size?: number;
  readonly rng: Rng;
  /** Standard deviation of initial weights. Default 0.02. */
  readonly initializerRange?: number;
}

const rules: Rules<LateInteractionOptions> = {
  encoder: required(object("an encoder", "forward")),
  size: wholeNumber(1),
  rng: required(object("an Rng", "random")),
  initializerRange: number({ from: 0 }),
};

/**
 * A unit vector for each token, which `maxSim` compares: a dense layer without bias over the last hidden states.
 * Source: Khattab & Zaharia, 2020 (ColBERT), section 3.2, but punctuation is not removed.
 */
export class LateInteraction<E extends Encoder = Encoder> {
  readonly encoder: E;
  /** [hiddenSize] → [size] */
  readonly dense: Dense;

  constructor(options: LateInteractionOptions<E>) {
    checkOptions("LateInteraction", options, rules as Rules<LateInteractionOptions<E>>);
    const { encoder, size = 128, rng, initializerRange = 0.02 } = options;
    this.encoder = encoder;
    this.dense = new Dense({
      inputSize: encoder.hiddenSize,
      outputSize: size,
      rng,
      initializer: truncatedNormal(initializerRange),
      useBias: false,
    });
  }

  /** Unit vectors float32 [batch, tokens, size]; zeros for padding. */
  forward(inputs: EncoderInputs, context: Context): tf.Tensor3D {
    checkContext("LateInteraction.forward", context);
    return tf.tidy(() => {
      const vectors = this.dense.forward(this.encoder.forward(inputs, context).sequenceOutput); // [batch, tokens, size]
      const lengths = tf.sqrt(tf.add(tf.sum(tf.square(vectors), 2, true), 1e-24)); // not zero, because the gradient of a square root at zero is infinite
      const unit: tf.Tensor3D = tf.div(vectors, tf.maximum(lengths, 1e-12));
      const { attentionMask } = inputs;
      return attentionMask ? tf.mul(unit, tf.cast(tf.expandDims(attentionMask, 2), "float32")) : unit;
    });
  }
}

/**
 * Scores each document for each query: for each query token, the largest dot product with a document token, summed over
 * the query (Khattab & Zaharia, 2020, equation 3).
 *
 * @param queries float32 [queries, queryTokens, size], zeros for padding
 * @param documents float32 [documents, documentTokens, size]
 * @param documentMask int32 [documents, documentTokens], 0 for padding. Default: no padding
 * @returns float32 [queries, documents]; train with its softmax cross-entropy, with the index of the relevant document
 *   as label
 */
export function maxSim(queries: tf.Tensor3D, documents: tf.Tensor3D, documentMask?: tf.Tensor2D): tf.Tensor2D {
  checkTensors("maxSim", { queries, documents });
  if (documentMask !== undefined) checkTensor("maxSim", "documentMask", documentMask);
  const [queryCount, queryTokens, size] = queries.shape;
  const [documentCount, documentTokens, otherSize] = documents.shape;
  if (size !== otherSize)
    throw new RangeError(
      `maxSim: the vectors must have one size, got [${queries.shape}] and [${documents.shape}]. Compute both with the same head.`,
    );
  return tf.tidy(() => {
    const flat = tf.matMul(
      tf.reshape(queries, [queryCount * queryTokens, size]) as tf.Tensor2D,
      tf.reshape(documents, [documentCount * documentTokens, size]) as tf.Tensor2D,
      false,
      true,
    );
    let products: tf.Tensor = tf.reshape(flat, [queryCount, queryTokens, documentCount, documentTokens]);
    if (documentMask) products = tf.sub(products, tf.mul(tf.sub(1, tf.cast(documentMask, "float32")), 1e9));
    return tf.sum(tf.max(products, 3), 1) as tf.Tensor2D;
  });
}
