import { checkOptions, checkTensor, number, object, required, wholeNumber } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";
import { Dense, truncatedNormal, type Rng } from "@bertkit/nn";

/** Maps a sequence to one vector. */
export interface SequencePooler {
  readonly size?: number | undefined;
  /** Whether `forward` reads only the first token's vector; then the others need not be computed. Default false. */
  readonly readsFirstAlone?: boolean | undefined;
  /** float32 [batch, tokens, size] → float32 [batch, size] */
  forward(sequence: tf.Tensor3D): tf.Tensor2D;
}

/** A dense layer and tanh over the first token's vector (modeling.py, `BertModel`, "pooler"). */
export class Pooler implements SequencePooler {
  readonly dense: Dense;
  readonly size: number;
  readonly readsFirstAlone = true;

  constructor(options: { size: number; initializerRange?: number; rng: Rng }) {
    const rules = {
      size: required(wholeNumber(1)),
      initializerRange: number({ from: 0 }),
      rng: required(object("an Rng", "random")),
    };
    checkOptions("Pooler", options, rules);
    const { size, initializerRange = 0.02, rng } = options;
    this.dense = new Dense({ inputSize: size, outputSize: size, rng, initializer: truncatedNormal(initializerRange) });
    this.size = size;
  }

  /** float32 [batch, tokens, size] → float32 [batch, size] */
  forward(sequence: tf.Tensor3D): tf.Tensor2D {
    checkTensor("Pooler.forward", "sequence", sequence);
    const [batch, , size] = sequence.shape;
    const first = tf.reshape(tf.slice(sequence, [0, 0, 0], [batch, 1, size]), [batch, size]);
    return tf.tanh(this.dense.forward(first as tf.Tensor2D));
  }
}
