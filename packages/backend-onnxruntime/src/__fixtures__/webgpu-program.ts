// Computes the same on ONNX Runtime's WebGPU and CPU, in a separate process, and prints the largest differences.
import * as tf from "@tensorflow/tfjs";
import { backendName, registerOnnxRuntime, type Device } from "../index.ts";

async function compute(device: Device): Promise<Record<string, ArrayLike<number>>> {
  registerOnnxRuntime({ device });
  await tf.setBackend(backendName);
  const x = tf.randomNormal<tf.Rank.R4>([2, 9, 9, 3], 0, 1, "float32", 1);
  const filter = tf.randomNormal<tf.Rank.R4>([3, 3, 3, 4], 0, 1, "float32", 2);
  const loss = (image: tf.Tensor, weights: tf.Tensor): tf.Tensor =>
    tf.sum(tf.softmax(tf.relu(tf.conv2d(image as tf.Tensor4D, weights as tf.Tensor4D, 1, "same"))).square());
  const [dx, dFilter] = tf.grads(loss)([x, filter]);
  const table = tf.randomNormal<tf.Rank.R2>([20, 8], 0, 1, "float32", 3);
  const rows = tf.gather(table, tf.tensor1d([3, 19, 3], "int32"));
  return {
    attention: attention(false),
    maskedAttention: attention(true),
    dx: dx!.dataSync(),
    dFilter: dFilter!.dataSync(),
    product: tf.matMul(rows, table, false, true).dataSync(),
    largest: tf.argMax(rows, 1).dataSync(),
    whole: tf.add(tf.tensor1d([2 ** 24 + 1], "int32"), tf.scalar(2, "int32")).dataSync(),
    strings: tf.equal(tf.tensor1d(["a", "b"]), tf.tensor1d(["a", "c"])).dataSync(),
  };
}

/** Of 33 tokens, run until the weights are constants. */
function attention(masked: boolean): tf.TypedArray {
  const tokens = 33;
  const hidden = tf.randomNormal<tf.Rank.R2>([2 * tokens, 8], 0, 1, "float32", 4);
  const weights = [5, 6, 7].map((seed) => tf.variable(tf.randomNormal<tf.Rank.R2>([8, 8], 0, 1, "float32", seed)));
  const mask = tf.tensor4d(
    Array.from({ length: 2 * tokens }, (_, i) => (i < 2 * tokens - 5 ? 0 : -1e4)),
    [2, 1, 1, tokens],
  );
  const run = (): tf.Tensor => {
    const [query, key, value] = weights.map((weight) =>
      tf.transpose(tf.reshape(tf.matMul(hidden, weight as tf.Tensor2D), [2, tokens, 2, 4]), [0, 2, 1, 3]),
    ) as [tf.Tensor, tf.Tensor, tf.Tensor];
    const products = tf.matMul(tf.mul(query, 0.5), key, false, true);
    const probabilities = tf.softmax(masked ? tf.add(products, mask) : products);
    return tf.reshape(tf.transpose(tf.matMul(probabilities, value), [0, 2, 1, 3]), [2, tokens, 8]);
  };
  for (let i = 0; i < 6; i++) tf.tidy(run).dataSync();
  return tf.tidy(run).dataSync();
}

const expected = await compute("cpu");
const received = await compute("webgpu");
const differences = Object.entries(expected).map(([name, values]) => [
  name,
  Math.max(...Array.from(values, (value, i) => Math.abs(value - received[name]![i]!))),
]);
process.stdout.write(`${JSON.stringify(Object.fromEntries(differences))}\n`, () => process.exit(0));
