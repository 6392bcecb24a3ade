import { linearCrossEntropy } from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { useCpuForGraphsOfWebgpu } from "../../float16/__fixtures__/graphs-of-webgpu.ts";

function numbers(seed: number, scale: number, ...shape: number[]): tf.Tensor {
  const length = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Float32Array.from({ length }, (_, i) => Math.sin(i * 12.9898 + seed * 78.233) * scale),
    shape,
  );
}

/** The losses, whether the label's logit is the largest, and the gradients of the losses' weighted sum. */
function computed(classes: number, scale: number): number[][] {
  return tf.tidy(() => {
    const inputs = [numbers(1, scale, 5, 8), numbers(2, 1, classes, 8), numbers(3, 1, classes)] as const;
    const labels = tf.tensor1d([classes - 1, 0, 2, 2, 1], "int32");
    const entropy = (...[x, table, bias]: tf.Tensor[]) =>
      linearCrossEntropy(x as tf.Tensor2D, table as tf.Tensor2D, bias as tf.Tensor1D, labels);
    const { losses, hits } = entropy(...inputs);
    const sum = (...of: tf.Tensor[]): tf.Scalar => tf.sum(tf.mul(entropy(...of).losses, numbers(4, 1, 5)));
    return [losses, hits, ...tf.grads(sum)([...inputs])].map((tensor) => [...tensor.dataSync()]);
  });
}

describe("linear cross-entropy in graphs of WebGPU", () => {
  it.each([
    ["float32", 6, 2, 2e-5],
    ["float32", 7, 500, 2e-4],
    ["float32", 8, 2, 2e-5],
    ["float16", 5, 2, 2e-2],
  ] as const)("%s, %i classes, x up to %i", async (precision, classes, scale, tolerance) => {
    await tf.setBackend("cpu");
    const expected = computed(classes, scale);
    await useCpuForGraphsOfWebgpu("onnxruntime-node", precision);
    for (const [i, received] of computed(classes, scale).entries()) {
      expect(received.every(Number.isFinite)).toBe(true);
      const largest = Math.max(1, ...expected[i]!.map(Math.abs));
      expect(received.map((value) => value / largest)).toBeAllClose(
        expected[i]!.map((value) => value / largest),
        { absolute: tolerance, relative: tolerance },
      );
    }
  });
});
