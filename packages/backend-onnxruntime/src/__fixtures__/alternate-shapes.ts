// Runs large graphs of as many shapes as the argument says, in turn, and prints the peak of resident memory in bytes.
import * as tf from "@tensorflow/tfjs-core";
import "../index.ts";

await tf.setBackend("onnxruntime");
const shapes = Number(process.argv[2]);
for (let round = 0; round < 3; round++) {
  for (let shape = 0; shape < shapes; shape++) {
    tf.tidy(() => {
      const x = tf.add(tf.fill([2048, 1], 0.25), tf.fill([1, 4000 + 4 * shape], 0.25));
      const [a, b] = [tf.sin(x), tf.cos(x)]; // both alive at once, so that neither is written in place of the other
      tf.max(tf.mul(tf.exp(tf.add(a, b)), tf.sub(a, b))).dataSync();
    });
  }
}
process.stdout.write(String(process.resourceUsage().maxRSS * 1024));
