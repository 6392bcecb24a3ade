import { arrayOf, checkOptions, either, object, oneOf, required, trueOrFalse, type Rules } from "@bertkit/checks";
import { type Encoder, type EncoderInputs, forwardFirst } from "@bertkit/encoder";
import { type Context, inference } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { poolSentence, type SentencePooling, sentencePoolings } from "./pooling.ts";
import { unitLength } from "./similarities.ts";

/** Options of `SentenceEmbedder`. */
export interface SentenceEmbedderOptions<E extends Encoder = Encoder> {
  /** A pooler is not used. */
  readonly encoder: E;
  /** Several are concatenated, in the order of `sentencePoolings`. Default "mean". */
  readonly pooling?: SentencePooling | readonly SentencePooling[];
  /** Scale vectors to unit length. Default false. */
  readonly normalize?: boolean;
}

const rules: Rules<SentenceEmbedderOptions> = {
  encoder: required(object("an encoder", "forward")),
  pooling: either(oneOf(sentencePoolings), arrayOf("poolings", oneOf(sentencePoolings))),
  normalize: trueOrFalse,
};

/**
 * One vector per text: the last hidden states, pooled. `parseSentenceModules` reads the settings of a
 * sentence-transformers folder. Source: Reimers & Gurevych 2019 (Sentence-BERT), section 3.
 */
export class SentenceEmbedder<E extends Encoder = Encoder> {
  readonly encoder: E;
  readonly pooling: readonly SentencePooling[];
  readonly normalize: boolean;

  constructor(options: SentenceEmbedderOptions<E>) {
    // `parseSentenceModules` also returns these, which are for encoding.
    checkOptions("SentenceEmbedder", options, rules as Rules<SentenceEmbedderOptions<E>>, [
      "maxLength",
      "lowercase",
      "prompt",
    ]);
    const { encoder, pooling = "mean", normalize = false } = options;
    const modes = typeof pooling === "string" ? [pooling] : pooling;
    if (modes.length === 0)
      throw new RangeError(
        `SentenceEmbedder: pooling must be one or more of ${sentencePoolings.join(", ")}, got none. Use one of these.`,
      );
    this.encoder = encoder;
    this.pooling = sentencePoolings.filter((mode) => modes.includes(mode));
    this.normalize = normalize;
  }

  /** Size of a vector: the hidden size times the number of poolings. */
  get size(): number {
    return this.encoder.hiddenSize * this.pooling.length;
  }

  /** Vectors float32 [batch, size]. */
  forward(inputs: EncoderInputs, context: Context): tf.Tensor2D {
    return tf.tidy(() => {
      const isFirst = this.pooling.every((mode) => mode === "cls");
      const { sequenceOutput } = isFirst
        ? forwardFirst(this.encoder, inputs, context)
        : this.encoder.forward(inputs, context); // [batch, tokens, size]
      const pooled = this.pooling.map((mode) => poolSentence(sequenceOutput, inputs.attentionMask, mode));
      const vectors = pooled.length === 1 ? pooled[0]! : (tf.concat(pooled, 1) as tf.Tensor2D);
      return this.normalize ? unitLength(vectors) : vectors;
    });
  }

  /** Vectors float32 [batch, size] without dropout. The caller disposes them. */
  predict(inputs: EncoderInputs): tf.Tensor2D {
    return this.forward(inputs, inference);
  }
}
