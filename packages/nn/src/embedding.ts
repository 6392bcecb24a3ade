import type * as tf from "@tensorflow/tfjs-core";
import { embeddingLookup } from "@bertkit/ops";

import { truncatedNormal, type Initializer } from "./initializers.ts";
import { parameter } from "./parameter.ts";
import type { Rng } from "./rng.ts";

export interface EmbeddingOptions {
  /** How many ids there are. */
  count: number;
  /** The length of each vector. */
  size: number;
  rng: Rng;
  /** Default truncated normal, σ = 0.02. */
  initializer?: Initializer;
}

/** A table of vectors, one for each id. */
export class Embedding {
  /** float32 [count, size] */
  readonly table: tf.Variable<tf.Rank.R2>;

  constructor({ count, size, rng, initializer = truncatedNormal(0.02) }: EmbeddingOptions) {
    this.table = parameter<tf.Rank.R2>([count, size], initializer, rng);
  }

  /** int32 [...] → float32 [..., size] */
  forward(ids: tf.Tensor): tf.Tensor {
    return embeddingLookup(this.table, ids);
  }
}
