import { checkArray, checkValue, object, wholeNumber } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

import { runFusedUpdate } from "./fused-kernel.ts";

/**
 * A tensor that takes over the array: nothing else may read or change it afterwards. So a backend can reuse or free the
 * memory as soon as the tensor no longer needs it. Otherwise the same as `tf.tensor`.
 *
 * @param values as many as `shape` has elements; with a whole buffer of its own, else only the garbage collector frees it
 * @throws RangeError if values and shape have different sizes
 */
export function ownedTensor<R extends tf.Rank>(
  values: Float32Array | Int32Array | Uint8Array,
  shape: tf.ShapeMap[R],
  dtype: "float32" | "int32" | "bool" = "float32",
): tf.Tensor<R> {
  checkValue("ownedTensor", "values", values, object("a typed array", "buffer"), "Pass a Float32Array.");
  checkArray("ownedTensor", "shape", shape, "lengths");
  for (const [axis, length] of shape.entries())
    checkValue("ownedTensor", `shape[${axis}]`, length, wholeNumber(), "Pass the length of each axis.");
  const size = shape.reduce((product, length) => product * length, 1);
  if (values.length !== size)
    throw new RangeError(`ownedTensor: shape [${shape}] has ${size} elements, got ${values.length} values.`);
  const tensor = tf.tensor<R>(values, shape, dtype);
  runFusedUpdate("BertkitOwnValues", () => ({ tensor }));
  return tensor;
}
