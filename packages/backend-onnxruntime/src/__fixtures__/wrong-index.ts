// Prints the error of a kernel that cannot run, called on line 10 of this file.
import * as tf from "@tensorflow/tfjs-core";
import "../index.ts";

interface Wanted {
  index: number;
}

function pick({ index }: Wanted): tf.Tensor {
  return tf.gather(tf.ones([2, 2]), tf.neg(tf.tensor1d([-index], "int32")));
}

await tf.setBackend("onnxruntime");
try {
  pick({ index: 5 }).dataSync();
} catch (error) {
  console.log((error as Error).message);
}
