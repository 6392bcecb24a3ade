import { checkOptions, checkTensor, object, required, type Rules } from "@bertkit/checks";
import type { Encoder, EncoderInputs } from "@bertkit/encoder";
import type { Context } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";

/** Scores every id of the vocabulary at each token, such as `MaskedLmHead`. */
export interface VocabularyScorer {
  /** float32 [batch, tokens, hiddenSize] → logits float32 [batch · tokens, vocabulary] */
  forward(sequenceOutput: tf.Tensor3D): tf.Tensor2D;
}

/** Options of `SparseEmbedder`. */
export interface SparseEmbedderOptions<E extends Encoder = Encoder> {
  readonly encoder: E;
  /** The masked-LM head of the same encoder. */
  readonly scorer: VocabularyScorer;
}

const rules: Rules<SparseEmbedderOptions> = {
  encoder: required(object("an encoder", "forward")),
  scorer: required(object("a head that scores the vocabulary, such as a MaskedLmHead", "forward")),
};

/**
 * A weight for each id of the vocabulary, mostly 0 after training with `flopsLoss`: the largest log(1 + max(0, logit))
 * over a text's tokens. Source: Formal et al., 2021 (SPLADE v2, SPLADE-max).
 */
export class SparseEmbedder<E extends Encoder = Encoder> {
  readonly encoder: E;
  readonly scorer: VocabularyScorer;

  constructor(options: SparseEmbedderOptions<E>) {
    checkOptions("SparseEmbedder", options, rules as Rules<SparseEmbedderOptions<E>>);
    this.encoder = options.encoder;
    this.scorer = options.scorer;
  }

  /** Weights float32 [batch, vocabulary], at least 0. */
  forward(inputs: EncoderInputs, context: Context): tf.Tensor2D {
    return tf.tidy(() => {
      const { sequenceOutput } = this.encoder.forward(inputs, context); // [batch, tokens, hiddenSize]
      const [batch, tokens] = sequenceOutput.shape;
      const logits = tf.reshape(this.scorer.forward(sequenceOutput), [batch, tokens, -1]); // [batch, tokens, vocabulary]
      const weights = tf.log1p(tf.relu(logits));
      const { attentionMask } = inputs;
      const present = attentionMask ? tf.mul(weights, tf.cast(tf.expandDims(attentionMask, 2), "float32")) : weights;
      return tf.max(present, 1) as tf.Tensor2D;
    });
  }
}

/**
 * Σ over the vocabulary of (mean weight)², a regularizer for sparse weights float32 [batch, vocabulary] (Paria et al.,
 * 2020).
 */
export function flopsLoss(weights: tf.Tensor2D): tf.Scalar {
  checkTensor("flopsLoss", "weights", weights);
  return tf.sum(tf.square(tf.mean(tf.abs(weights), 0)));
}
