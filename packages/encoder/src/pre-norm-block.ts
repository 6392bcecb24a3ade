import { checkOptions } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";
import { Dropout, type Context } from "@bertkit/nn";

import type { BlockResult, EncoderBlock } from "./encoder-block.ts";
import type { Layout } from "./layout.ts";
import { mixAt, rowsAt } from "./mix-at.ts";
import { blockRules, type PostNormBlockParts } from "./post-norm-block.ts";
import { sameSize } from "./same-size.ts";
import type { Mixer } from "./self-attention.ts";
import type { TokenWise } from "./token-wise.ts";

/**
 * Pre-norm block: attention, then feed-forward, each with a norm before it, then dropout and a residual connection. A
 * stack of these needs a norm at its end: `finalNorm` of `BertEncoder`. Source: Xiong et al., 2020, "On Layer
 * Normalization in the Transformer Architecture".
 */
export class PreNormBlock implements EncoderBlock {
  readonly attention: Mixer;
  readonly attentionNorm: TokenWise;
  readonly feedForward: TokenWise;
  readonly feedForwardNorm: TokenWise;
  readonly dropout: Dropout;
  readonly size: number | undefined;

  /** @throws if the parts' sizes differ */
  constructor(parts: PostNormBlockParts) {
    checkOptions("PreNormBlock", parts, blockRules, ["size"]); // `{ ...block }` has a size too
    const { attention, attentionNorm, feedForward, feedForwardNorm, dropout = 0 } = parts;
    this.size = sameSize("PreNormBlock", { attention, attentionNorm, feedForward, feedForwardNorm });
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
    const { output, probabilities } = this.attention.forward(this.attentionNorm.forward(hidden), layout, context);
    return { hidden: tokenWise(this, hidden, output, context), probabilities };
  }

  forwardAt(hidden: tf.Tensor2D, positions: tf.Tensor2D, layout: Layout, context: Context): tf.Tensor2D {
    const mixed = mixAt(this.attention, this.attentionNorm.forward(hidden), positions, layout, context);
    return tokenWise(this, rowsAt(hidden, positions, layout), mixed, context);
  }
}

/** The steps after attention. A function, because a private method would make the class nominal. */
function tokenWise(block: PreNormBlock, hidden: tf.Tensor2D, mixed: tf.Tensor2D, context: Context): tf.Tensor2D {
  const attended = tf.add<tf.Tensor2D>(hidden, block.dropout.forward(mixed, context));
  const transformed = block.feedForward.forward(block.feedForwardNorm.forward(attended));
  return tf.add(attended, block.dropout.forward(transformed, context));
}
