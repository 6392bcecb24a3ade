import {
  arrayOf,
  callable,
  checkOptions,
  checkTensor,
  checkValue,
  either,
  number,
  object,
  oneOf,
  required,
  type Rules,
} from "@bertkit/checks";
import { type Activation, type ActivationFunction, activationOf, activations, type Encoder } from "@bertkit/encoder";
import { Dense, type Embedding, LayerNorm, parameter, type Rng, truncatedNormal, zeros } from "@bertkit/nn";
import { gatherPositions, linearCrossEntropy, type LinearCrossEntropy } from "@bertkit/ops";
import { configFields } from "./option-rules.ts";
import * as tf from "@tensorflow/tfjs-core";

/** Scores every id of the vocabulary at positions of a sequence: the interface of `MaskedLmHead`. */
export interface MaskedLmScorer {
  /**
   * @param sequenceOutput float32 [batch, tokens, size]
   * @param positions int32 [batch, predictions]: the positions to score; default all
   * @returns logits float32 [batch · predictions, vocabulary], or [batch · tokens, vocabulary] without positions
   */
  forward(sequenceOutput: tf.Tensor3D, positions?: tf.Tensor2D): tf.Tensor2D;
  /**
   * Optional: loss and hit per label, if that is cheaper than with `forward`.
   *
   * @param sequenceOutput float32 [batch, tokens, size]
   * @param positions int32 [batch, predictions]
   * @param labels int32 [batch · predictions], ids
   */
  losses?(sequenceOutput: tf.Tensor3D, positions: tf.Tensor2D, labels: tf.Tensor1D): LinearCrossEntropy;
}

/** Options of `MaskedLmHead`. Some have the names of a `BertConfig`: `new MaskedLmHead({ ...config, encoder, rng })`. */
export interface MaskedLmHeadOptions {
  /** The encoder, whose word table [vocabulary, embeddingSize] the head shares. */
  readonly encoder: Encoder & { readonly embeddings: { readonly word: Embedding } };
  readonly rng: Rng;
  /** A name, or a function. Default "gelu". */
  readonly activation?: Activation | ActivationFunction;
  /** Default 1e-12. */
  readonly layerNormEpsilon?: number;
  /** Standard deviation of initial weights. Default 0.02. */
  readonly initializerRange?: number;
  /** Initial output bias [vocabulary], for example `logUnigramFrequencies(counts)`. Default zeros, as in the paper. */
  readonly outputBias?: Float32Array;
}

const rules: Rules<MaskedLmHeadOptions> = {
  encoder: required(object("an encoder with word embeddings", "forward", "embeddings")),
  rng: required(object("an Rng", "random")),
  activation: either(oneOf(Object.keys(activations)), callable),
  layerNormEpsilon: number({ from: 0 }),
  initializerRange: number({ from: 0 }),
  outputBias: arrayOf("numbers", number()),
};

/**
 * The head of a masked language model: dense layer, activation and LayerNorm, then logits for the vocabulary from the
 * encoder's word table (tied) and a bias. If word vectors are smaller than hidden states, the dense layer maps to their
 * size. Source: google-research/bert, `get_masked_lm_output`; ALBERT's `modeling.py`.
 */
export class MaskedLmHead implements MaskedLmScorer {
  /** [size] → [embeddingSize] */
  readonly dense: Dense;
  readonly norm: LayerNorm;
  /** float32 [vocabulary] */
  readonly bias: tf.Variable<tf.Rank.R1>;
  /** The encoder's word embedding, shared (tied weights). */
  readonly decoder: Embedding;
  readonly activation: Activation | ActivationFunction;

  constructor(options: MaskedLmHeadOptions) {
    checkOptions("MaskedLmHead", options, rules, configFields);
    const {
      encoder,
      rng,
      activation = "gelu",
      layerNormEpsilon = 1e-12,
      initializerRange = 0.02,
      outputBias,
    } = options;
    checkValue("MaskedLmHead", "encoder.embeddings", encoder.embeddings, object("embeddings of words", "word"));
    const size = encoder.hiddenSize;
    const [vocabularySize, wordSize] = encoder.embeddings.word.table.shape;
    if (outputBias !== undefined && outputBias.length !== vocabularySize) {
      throw new RangeError(
        `MaskedLmHead: outputBias needs one number for each of ${vocabularySize} ids, got ${outputBias.length}. Count with the same vocabulary.`,
      );
    }
    this.dense = new Dense({
      inputSize: size,
      outputSize: wordSize,
      rng,
      initializer: truncatedNormal(initializerRange),
    });
    this.norm = new LayerNorm({ size: wordSize, epsilon: layerNormEpsilon });
    this.bias = parameter<tf.Rank.R1>([vocabularySize], outputBias ? (values) => values.set(outputBias) : zeros, rng);
    this.decoder = encoder.embeddings.word;
    this.activation = activation;
  }

  /**
   * Logits over the vocabulary.
   *
   * @param sequenceOutput float32 [batch, tokens, size]
   * @param positions int32 [batch, predictions]: the positions to score, which saves most of the work; default all
   * @returns float32 [batch · predictions, vocabulary], or [batch · tokens, vocabulary] without positions
   */
  forward(sequenceOutput: tf.Tensor3D, positions?: tf.Tensor2D): tf.Tensor2D {
    return tf.tidy(() => {
      const scores = tf.matMul(transform(this, sequenceOutput, positions), this.decoder.table, false, true); // [rows, vocabulary]
      return tf.add(scores, this.bias) as tf.Tensor2D;
    });
  }

  losses(sequenceOutput: tf.Tensor3D, positions: tf.Tensor2D, labels: tf.Tensor1D): LinearCrossEntropy {
    return linearCrossEntropy(transform(this, sequenceOutput, positions), this.decoder.table, this.bias, labels);
  }
}

/** The vectors before the word table is applied, float32 [rows, embeddingSize]. */
function transform(head: MaskedLmHead, sequenceOutput: tf.Tensor3D, positions: tf.Tensor2D | undefined): tf.Tensor2D {
  checkTensor("MaskedLmHead", "sequenceOutput", sequenceOutput);
  const size = sequenceOutput.shape[2];
  return tf.tidy(() => {
    const rows = positions ? gatherPositions(sequenceOutput, positions) : tf.reshape(sequenceOutput, [-1, size]); // [rows, size]
    return head.norm.forward(activationOf(head.activation)(head.dense.forward(rows as tf.Tensor2D)));
  });
}
