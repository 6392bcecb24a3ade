import { checkObject, checkTensor } from "@bertkit/checks";
import { attentionMask, type AttentionMask, embeddingLookup } from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs-core";

import type { EncoderInputs } from "./encoder.ts";
import type { TokenRows } from "./token-rows.ts";

/**
 * Maps the rows of hidden states, [rows, size], to a batch [batch, tokens, size]. Token-wise parts do not need it. A
 * mixer pads, mixes tokens and unpads.
 */
export interface Layout {
  readonly batch: number;
  /** Tokens per sequence, including padding. */
  readonly tokens: number;
  /** Which keys a query may attend to; undefined without padding. */
  readonly mask: AttentionMask | undefined;
  /**
   * float32 [rows, size] → [batch, tokens, size]. Padding gets zeros, or with "any" arbitrary finite values, which is
   * faster for a part that masks padding itself.
   */
  pad(x: tf.Tensor2D, padding?: "zeros" | "any"): tf.Tensor3D;
  /** float32 [batch, tokens, size] → [rows, size] */
  unpad(x: tf.Tensor3D): tf.Tensor2D;
}

/**
 * The layout of an encoder's inputs: one row per token if they have `tokenRows`, otherwise one row per position of
 * the batch, including padding. Call it in `tf.tidy`, which frees its tensors.
 *
 * @throws RangeError if the inputs differ in shape
 */
export function layoutOf(inputs: EncoderInputs): Layout {
  checkObject("layoutOf", "inputs", inputs, "what bertInputs gives");
  const { inputIds, attentionMask: isToken, tokenRows, sequenceIds } = inputs;
  checkTensor("layoutOf", "inputs.inputIds", inputIds);
  const [batch, tokens] = inputIds.shape;
  if (sequenceIds !== undefined && sequenceIds.shape.join() !== inputIds.shape.join())
    throw new RangeError(
      `layoutOf: sequenceIds must have the shape of the ids, [${inputIds.shape}], got [${sequenceIds.shape}]. Take all of them from bertInputs.`,
    );
  const sequenceMask = sequenceIds && attentionMask(sameSequence(sequenceIds));
  if (isToken === undefined && tokenRows === undefined)
    return { batch, tokens, mask: sequenceMask, ...allPositions(batch, tokens) };
  if (isToken === undefined || (tokenRows ?? isToken).shape.join() !== inputIds.shape.join())
    throw new RangeError(
      `layoutOf: mask and tokenRows must have the shape of the ids, [${inputIds.shape}], got ${isToken === undefined ? "no mask" : `a mask [${isToken.shape}]`}${tokenRows === undefined ? "" : ` and tokenRows of [${tokenRows.shape}]`}. Take all of them from bertInputs.`,
    );
  const { pad, unpad } = tokenRows === undefined ? allPositions(batch, tokens) : tokensOnly(tokenRows);
  const keep = tf.expandDims(tf.cast(isToken, "float32"), 2); // [batch, tokens, 1]
  return {
    batch,
    tokens,
    mask: sequenceMask ?? attentionMask(isToken),
    pad: (x, padding = "zeros") => (padding === "any" ? pad(x) : tf.mul(pad(x), keep)),
    unpad,
  };
}

/** 1 where query and key are in the same sequence, int32 [batch, tokens, tokens] */
function sameSequence(sequenceIds: tf.Tensor2D): tf.Tensor3D {
  const isSame = tf.equal(tf.expandDims(sequenceIds, 2), tf.expandDims(sequenceIds, 1));
  return tf.cast(isSame, "int32") as tf.Tensor3D;
}

/** `pad` with arbitrary padding, and `unpad`. */
interface PadAndUnpad {
  pad(x: tf.Tensor2D): tf.Tensor3D;
  unpad(x: tf.Tensor3D): tf.Tensor2D;
}

function allPositions(batch: number, tokens: number): PadAndUnpad {
  return {
    pad: (x) => tf.reshape(x, [batch, tokens, x.shape[1]]),
    unpad: (x) => tf.reshape(x, [batch * tokens, x.shape[2]]),
  };
}

/** Padding gets the values of the first row. */
function tokensOnly({ positions, rows, shape: [batch, tokens] }: TokenRows): PadAndUnpad {
  return {
    pad: (x) => tf.reshape(embeddingLookup(x, rows), [batch, tokens, x.shape[1]]),
    unpad: (x) => embeddingLookup(tf.reshape(x, [batch * tokens, x.shape[2]]), positions) as tf.Tensor2D,
  };
}
