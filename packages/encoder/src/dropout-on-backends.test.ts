import { useBackend } from "@bertkit/backend";
import { dropout } from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, expect, it } from "vitest";

afterAll(() => tf.setBackend("cpu"));

/** The value, the gradient and the second derivative of x · dropout(x), which is not linear in x. */
async function on(backend: "node" | "cpu", rate: number): Promise<Float32Array[]> {
  await useBackend(backend);
  return tf.tidy(() => {
    const x = tf.linspace(0.5, 4, 105).reshape([3, 5, 7]);
    const f = (x: tf.Tensor): tf.Tensor => tf.sum(tf.mul(x, dropout(x, rate, 42)));
    const gradient = tf.grad(f);
    return [dropout(x, rate, 42), gradient(x), tf.grad((x) => tf.sum(tf.mul(gradient(x), x)))(x)].map(
      (tensor) => tensor.dataSync().slice() as Float32Array,
    );
  });
}

it.each([0.1, 0.5, 0.999999])(
  "dropout of %s drops the same elements and has the same gradients on node and cpu",
  async (rate) => {
    const [node, cpu] = [await on("node", rate), await on("cpu", rate)];
    node.forEach((values, i) => expect(values).toBeAllClose(cpu[i]!, { absolute: 1e-5, relative: 1e-6 }));
    expect(cpu[0]).toContain(0);
  },
);
