// Computes gradients of a deep network over batches of several sizes in turn (the argument says how many), and prints
// peak resident memory in bytes.
import "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs-core";
import "../index.ts";

await tf.setBackend("onnxruntime");
const sizes = Number(process.argv[2]);
const weights = Array.from({ length: 12 }, () => tf.variable(tf.randomUniform<tf.Rank.R2>([256, 256], -0.1, 0.1)));
for (let round = 0; round < 2; round++) {
  for (let size = 0; size < sizes; size++) {
    tf.tidy(() => {
      const batch = tf.fill([8192 + 64 * size, 256], 0.5) as tf.Tensor2D;
      const loss = () => {
        let x = batch;
        for (const weight of weights) x = tf.tanh(tf.matMul(tf.sigmoid(x), weight));
        return tf.mean(x) as tf.Scalar;
      };
      tf.variableGrads(loss, weights).value.dataSync();
    });
  }
}
process.stdout.write(String(process.resourceUsage().maxRSS * 1024));
