import { checkTensor } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

import { runFusedKernel } from "./fused-kernel.ts";

/**
 * Makes a backend that records kernels run all of its recorded kernels now. Kernels recorded later are in another graph
 * and do not share memory with them. Does nothing on other backends.
 */
export function barrier(x: tf.Tensor): void {
  checkTensor("barrier", "x", x);
  tf.dispose(runFusedKernel("BertkitBarrier", { x }, {}));
}
