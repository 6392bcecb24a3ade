import type * as tf from "@tensorflow/tfjs-core";
import { callable, checkOptions, object, required, wholeNumber, type Rules } from "@bertkit/checks";
import { embeddingLookup } from "@bertkit/ops";

import { truncatedNormal, type Initializer } from "./initializers.ts";
import { parameter } from "./parameter.ts";
import type { Rng } from "./rng.ts";

export interface EmbeddingOptions {
  /** Number of ids. */
  readonly count: number;
  /** Length of each vector. */
  readonly size: number;
  readonly rng: Rng;
  /** Default: truncated normal, σ = 0.02. */
  readonly initializer?: Initializer;
  /** The vector of this id is initially zero and gets no gradient, as `padding_idx` in PyTorch. */
  readonly paddingId?: number | undefined;
}

const rules: Rules<EmbeddingOptions> = {
  count: required(wholeNumber(1)),
  size: required(wholeNumber(1)),
  rng: required(object("an Rng", "random")),
  initializer: callable,
  paddingId: wholeNumber(),
};

/** A table with one vector per id. */
export class Embedding {
  /** float32 [count, size] */
  readonly table: tf.Variable<tf.Rank.R2>;
  readonly paddingId?: number;

  constructor(options: EmbeddingOptions) {
    checkOptions("Embedding", options, rules);
    const { count, size, rng, initializer = truncatedNormal(0.02), paddingId } = options;
    if (paddingId !== undefined && paddingId >= count)
      throw new RangeError(`Embedding: paddingId must be one of the ${count} ids, got ${paddingId}.`);
    const fill: Initializer = (values, rng) => {
      initializer(values, rng);
      if (paddingId !== undefined) values.fill(0, paddingId * size, (paddingId + 1) * size);
    };
    this.table = parameter<tf.Rank.R2>([count, size], fill, rng);
    if (paddingId !== undefined) this.paddingId = paddingId;
  }

  /** int32 [...] → float32 [..., size] */
  forward(ids: tf.Tensor): tf.Tensor {
    return embeddingLookup(this.table, ids, this.paddingId);
  }
}
