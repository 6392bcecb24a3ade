import * as tf from "@tensorflow/tfjs";

/** Everything that may compute or move values in float16, each on the product of two matrices. */
export function operands(): Record<string, () => tf.Tensor> {
  const matrix = (rows: number, columns: number, offset: number): tf.Tensor2D =>
    tf.tensor2d(
      Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(3 * i + offset)),
      [rows, columns],
    );
  const [a, b, c] = [matrix(6, 10, 0), matrix(10, 8, 1), matrix(10, 8, 2)];
  const weight = tf.variable(matrix(6, 8, 3));
  const x = (): tf.Tensor2D => tf.matMul(a, b);
  const y = (): tf.Tensor2D => tf.matMul(a, c);
  return {
    product: x,
    "of a transposed matrix": () => tf.matMul(b, a, true, true),
    "of batches": () => tf.matMul(tf.reshape(x(), [2, 3, 8]), tf.reshape(y(), [2, 3, 8]), false, true),
    fused: () => tf.fused.matMul({ a, b, bias: tf.tensor1d([1, 2, 3, 4, 5, 6, 7, 8]), activation: "relu" }),
    add: () => tf.add(x(), y()),
    "add a weight": () => tf.add(x(), weight),
    sub: () => tf.sub(x(), y()),
    mul: () => tf.mul(x(), y()),
    addN: () => tf.addN([x(), y(), x()]),
    neg: () => tf.neg(x()),
    relu: () => tf.relu(x()),
    leakyRelu: () => tf.leakyRelu(x(), 0.1),
    sigmoid: () => tf.sigmoid(x()),
    tanh: () => tf.tanh(x()),
    transpose: () => tf.transpose(x()),
    reshape: () => tf.reshape(x(), [4, 12]),
    slice: () => tf.slice(x(), [1, 2], [3, 5]),
    concat: () => tf.concat([x(), y()], 1),
    "concat with float32": () => tf.concat([x(), a], 1),
    gather: () => tf.gather(x(), tf.tensor1d([3, 0, 3], "int32")),
    "gather from a weight": () => tf.gather(weight, tf.tensor1d([5, 1], "int32")),
    tile: () => tf.tile(x(), [2, 3]),
    broadcast: () => tf.broadcastTo(tf.slice(x(), 0, [1, 8]), [3, 8]),
    split: () => tf.add(...(tf.split(x(), 2, 1) as [tf.Tensor, tf.Tensor])),
    expand: () => tf.squeeze(tf.expandDims(x(), 1)),
    softmax: () => tf.softmax(x()),
    sum: () => tf.sum(x(), 0),
    where: () => tf.where(tf.greater(x(), 0), x(), y()),
    cast: () => tf.cast(tf.greater(x(), y()), "float32"),
  };
}
