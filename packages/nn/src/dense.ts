import * as tf from "@tensorflow/tfjs-core";
import {
  callable,
  checkOptions,
  checkValue,
  object,
  required,
  trueOrFalse,
  wholeNumber,
  type Rules,
} from "@bertkit/checks";
import { linear } from "@bertkit/ops";

import { truncatedNormal, zeros, type Initializer } from "./initializers.ts";
import { parameter } from "./parameter.ts";
import type { Rng } from "./rng.ts";

export interface DenseOptions {
  readonly inputSize: number;
  readonly outputSize: number;
  readonly rng: Rng;
  /** Initializer of the kernel. Default: truncated normal, σ = 0.02. */
  readonly initializer?: Initializer;
  /** Default true. */
  readonly useBias?: boolean;
}

const rules: Rules<DenseOptions> = {
  inputSize: required(wholeNumber(1)),
  outputSize: required(wholeNumber(1)),
  rng: required(object("an Rng", "random")),
  initializer: callable,
  useBias: trueOrFalse,
};

/** A part whose result is added to a dense layer's output, such as a `LoraAdapter`. */
export interface DenseAdapter {
  /** float32 [rows, inputSize] → float32 [rows, outputSize] */
  forward(x: tf.Tensor2D): tf.Tensor2D;
}

let changes = 0;

/**
 * How often `setAdapter` was called on any layer. A compiled function keeps the steps that it was traced with: compile it
 * again when this has changed.
 */
export function adapterChanges(): number {
  return changes;
}

/** A fully connected layer, x · kernel + bias. */
export class Dense {
  /** float32 [inputSize, outputSize] */
  readonly kernel: tf.Variable<tf.Rank.R2>;
  /** float32 [outputSize], initially zero */
  readonly bias?: tf.Variable<tf.Rank.R1>;
  /** Its result is added to the output. `setAdapter` changes it. Default none. */
  adapter?: DenseAdapter;

  constructor(options: DenseOptions) {
    checkOptions("Dense", options, rules);
    const { inputSize, outputSize, rng, initializer = truncatedNormal(0.02), useBias = true } = options;
    this.kernel = parameter<tf.Rank.R2>([inputSize, outputSize], initializer, rng);
    if (useBias) this.bias = parameter<tf.Rank.R1>([outputSize], zeros, rng);
  }

  /** Adds the result of an adapter from now on; of none if undefined. */
  setAdapter(adapter: DenseAdapter | undefined): void {
    if (adapter !== undefined)
      checkValue("Dense.setAdapter", "adapter", adapter, object("an adapter", "forward"), "Pass undefined for none.");
    if (adapter === undefined) delete this.adapter;
    else this.adapter = adapter;
    changes++;
  }

  /** float32 [..., inputSize] → float32 [..., outputSize] */
  forward<T extends tf.Tensor>(x: T): T {
    const output = linear(x, this.kernel, this.bias) as T;
    if (this.adapter === undefined) return output;
    const rows = tf.reshape(x, [-1, this.kernel.shape[0]]) as tf.Tensor2D;
    return tf.add(output, tf.reshape(this.adapter.forward(rows), output.shape));
  }
}
