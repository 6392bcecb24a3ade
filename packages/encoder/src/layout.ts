import { attentionMask, type AttentionMask, embeddingLookup } from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs-core";

import type { EncoderInputs } from "./encoder.ts";
import type { TokenRows } from "./token-rows.ts";

/**
 * How the hidden states of a batch, [rows, size], lie in [batch, tokens, size]. What looks at one token at a time needs
 * none of it; what lets tokens see each other pads, mixes and unpads.
 */
export interface Layout {
  readonly batch: number;
  /** Tokens in each sequence of the batch, padding included. */
  readonly tokens: number;
  /** Which keys a query may attend to; undefined where there is no padding. */
  readonly mask: AttentionMask | undefined;
  /**
   * float32 [rows, size] → [batch, tokens, size]. Padding gets zeros; with "any" it gets whatever costs least, for a part
   * that masks it by itself.
   */
  pad(x: tf.Tensor2D, padding?: "zeros" | "any"): tf.Tensor3D;
  /** float32 [batch, tokens, size] → [rows, size] */
  unpad(x: tf.Tensor3D): tf.Tensor2D;
}

/**
 * The layout of an encoder's inputs: a row for each token where they say where the tokens are (`tokenRows`), else a row for
 * each place of the batch. Call it in a tidy, which frees what it makes.
 *
 * @throws if the inputs are of different batches
 */
export function layoutOf({ inputIds, attentionMask: isToken, tokenRows }: EncoderInputs): Layout {
  const [batch, tokens] = inputIds.shape;
  if (isToken === undefined && tokenRows === undefined)
    return { batch, tokens, mask: undefined, ...everyPlace(batch, tokens) };
  if (isToken === undefined || (tokenRows ?? isToken).shape.join() !== inputIds.shape.join())
    throw new Error(
      `layoutOf: the mask and tokenRows must be of the batch [${inputIds.shape}] of ids, got ${isToken === undefined ? "no mask" : `a mask [${isToken.shape}]`}${tokenRows === undefined ? "" : ` and tokenRows of [${tokenRows.shape}]`}. Take all of them from bertInputs.`,
    );
  const places = tokenRows === undefined ? everyPlace(batch, tokens) : tokensAlone(tokenRows);
  const keep = tf.expandDims(tf.cast(isToken, "float32"), 2); // [batch, tokens, 1]
  return {
    batch,
    tokens,
    mask: attentionMask(isToken),
    pad: (x, padding = "zeros") => (padding === "any" ? places.pad(x) : tf.mul(places.pad(x), keep)),
    unpad: places.unpad,
  };
}

/** The two ways, whatever the padding gets. */
interface Places {
  pad(x: tf.Tensor2D): tf.Tensor3D;
  unpad(x: tf.Tensor3D): tf.Tensor2D;
}

function everyPlace(batch: number, tokens: number): Places {
  return {
    pad: (x) => tf.reshape(x, [batch, tokens, x.shape[1]]),
    unpad: (x) => tf.reshape(x, [batch * tokens, x.shape[2]]),
  };
}

/** Padding gets the first row's numbers. */
function tokensAlone({ places, rows, shape: [batch, tokens] }: TokenRows): Places {
  return {
    pad: (x) => tf.reshape(embeddingLookup(x, rows), [batch, tokens, x.shape[1]]),
    unpad: (x) => embeddingLookup(tf.reshape(x, [batch * tokens, x.shape[2]]), places) as tf.Tensor2D,
  };
}
