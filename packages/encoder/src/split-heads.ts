import { checkTensor, checkValue, wholeNumber } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

/** Splits vectors into heads: float32 [batch, tokens, heads · headSize] → [batch, heads, tokens, headSize]. */
export function splitHeads(x: tf.Tensor3D, heads: number): tf.Tensor4D {
  checkTensor("splitHeads", "x", x);
  checkValue("splitHeads", "heads", heads, wholeNumber(1), "Pass the number of attention heads.");
  const [batch, tokens, size] = x.shape;
  if (size % heads !== 0) throw new RangeError(`splitHeads: heads must divide the size ${size}, got ${heads}.`);
  return tf.transpose(tf.reshape(x, [batch, tokens, heads, size / heads]), [0, 2, 1, 3]);
}

/** Reverses `splitHeads`: float32 [batch, heads, tokens, headSize] → [batch, tokens, heads · headSize]. */
export function mergeHeads(x: tf.Tensor4D): tf.Tensor3D {
  checkTensor("mergeHeads", "x", x);
  const [batch, heads, tokens, headSize] = x.shape;
  return tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [batch, tokens, heads * headSize]);
}
