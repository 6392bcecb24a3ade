import { checkOptions, number, object, required, type Rules } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";
import { Dropout, type Context } from "@bertkit/nn";

import type { BlockResult, EncoderBlock } from "./encoder-block.ts";
import type { Layout } from "./layout.ts";
import { mixAt, rowsAt } from "./mix-at.ts";
import { sameSize } from "./same-size.ts";
import type { Mixer } from "./self-attention.ts";
import type { TokenWise } from "./token-wise.ts";

export interface PostNormBlockParts {
  readonly attention: Mixer;
  readonly attentionNorm: TokenWise;
  readonly feedForward: TokenWise;
  readonly feedForwardNorm: TokenWise;
  /** Dropout rate after each sub-layer, before the residual is added. Default 0. */
  readonly dropout?: number;
}

export const blockRules: Rules<PostNormBlockParts> = {
  attention: required(object("a Mixer", "forward")),
  attentionNorm: required(object("a norm", "forward")),
  feedForward: required(object("a TokenWise", "forward")),
  feedForwardNorm: required(object("a norm", "forward")),
  dropout: number({ from: 0, below: 1 }),
};

/**
 * BERT's block: attention, then feed-forward, each followed by dropout, a residual connection and a norm.
 * Source: modeling.py, `transformer_model`.
 */
export class PostNormBlock implements EncoderBlock {
  readonly attention: Mixer;
  readonly attentionNorm: TokenWise;
  readonly feedForward: TokenWise;
  readonly feedForwardNorm: TokenWise;
  readonly dropout: Dropout;
  readonly size: number | undefined;

  /** @throws if the parts' sizes differ */
  constructor(parts: PostNormBlockParts) {
    checkOptions("PostNormBlock", parts, blockRules, ["size"]); // `{ ...block }` has a size too
    const { attention, attentionNorm, feedForward, feedForwardNorm, dropout = 0 } = parts;
    this.size = sameSize("PostNormBlock", { attention, attentionNorm, feedForward, feedForwardNorm });
    this.attention = attention;
    this.attentionNorm = attentionNorm;
    this.feedForward = feedForward;
    this.feedForwardNorm = feedForwardNorm;
    this.dropout = new Dropout(dropout);
  }

  get maxTokens(): number | undefined {
    return this.attention.maxTokens;
  }

  forward(hidden: tf.Tensor2D, layout: Layout, context: Context): BlockResult {
    const { output, probabilities } = this.attention.forward(hidden, layout, context);
    return { hidden: tokenWise(this, hidden, output, context), probabilities };
  }

  forwardAt(hidden: tf.Tensor2D, positions: tf.Tensor2D, layout: Layout, context: Context): tf.Tensor2D {
    const mixed = mixAt(this.attention, hidden, positions, layout, context);
    return tokenWise(this, rowsAt(hidden, positions, layout), mixed, context);
  }
}

/** The steps after attention. A function, because a private method would make the class nominal. */
function tokenWise(block: PostNormBlock, hidden: tf.Tensor2D, mixed: tf.Tensor2D, context: Context): tf.Tensor2D {
  const attended = block.attentionNorm.forward<tf.Tensor2D>(tf.add(hidden, block.dropout.forward(mixed, context)));
  const transformed = block.dropout.forward(block.feedForward.forward(attended), context);
  return block.feedForwardNorm.forward<tf.Tensor2D>(tf.add(attended, transformed));
}
