import { checkTensors } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

/**
 * x · kernel + bias over the last axis.
 *
 * @param x float32 [..., inputSize]
 * @param kernel float32 [inputSize, outputSize]
 * @param bias float32 [outputSize]
 * @returns float32 [..., outputSize]
 */
export function linear(x: tf.Tensor, kernel: tf.Tensor, bias?: tf.Tensor): tf.Tensor {
  checkTensors("linear", { x, kernel });
  const [inputSize, outputSize] = kernel.shape as [number, number];
  const leading = x.shape.slice(0, -1);
  if (x.shape[x.rank - 1] !== inputSize) {
    throw new RangeError(
      `linear: the last axis of x must be the kernel's input size ${inputSize}, got x [${x.shape}] and kernel [${kernel.shape}].`,
    );
  }
  const flat = x.rank === 2 ? (x as tf.Tensor2D) : tf.reshape(x, [-1, inputSize]); // [rows, inputSize]
  const product = tf.matMul(flat, kernel as tf.Tensor2D); // [rows, outputSize]
  const shifted = bias === undefined ? product : tf.add(product, bias);
  return x.rank === 2 ? shifted : tf.reshape(shifted, [...leading, outputSize]);
}
