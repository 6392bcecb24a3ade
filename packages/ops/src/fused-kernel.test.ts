import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";

import { runFusedKernel, runFusedUpdate } from "./fused-kernel.ts";
import { gelu } from "./gelu.ts";

beforeAll(() => tf.setBackend("cpu"));
const backendName = "cpu";
afterEach(() => {
  for (const kernelName of ["BertkitGelu", "BertkitAdamW"])
    if (tf.getKernel(kernelName, backendName) !== undefined) tf.unregisterKernel(kernelName, backendName);
});

describe("runFusedKernel", () => {
  it("runs a kernel if the backend has it, otherwise the op composes others", () => {
    const x = tf.tensor1d([-1, 0, 2]);
    expect(runFusedKernel("BertkitGelu", { x }, { approximate: false })).toBeUndefined();
    const composed = gelu(x).dataSync();
    const kernelFunc: tf.KernelFunc = ({ inputs, attrs }) => {
      expect(attrs).toEqual({ approximate: false });
      return tf.mul(inputs["x"] as tf.Tensor, 10);
    };
    tf.registerKernel({ kernelName: "BertkitGelu", backendName, kernelFunc });
    expect(gelu(x).dataSync()).toEqual(Float32Array.of(-10, 0, 20));
    tf.unregisterKernel("BertkitGelu", backendName);
    expect(gelu(x).dataSync()).toEqual(composed);
  });
});

describe("runFusedUpdate", () => {
  it("computes attributes only if the backend has the kernel", () => {
    const never = (): never => expect.fail("asked for attributes");
    expect(runFusedUpdate("BertkitAdamW", never)).toBe(false);
    let steps = 0;
    const kernelFunc: tf.KernelFunc = ({ attrs }) => {
      steps = (attrs as unknown as { step: number }).step;
      return [];
    };
    tf.registerKernel({ kernelName: "BertkitAdamW", backendName, kernelFunc });
    expect(runFusedUpdate("BertkitAdamW", () => ({ ...attributes, step: 7 }))).toBe(true);
    expect(steps).toBe(7);
  });
});

const withoutBeta1 = {
  variables: [],
  gradients: [],
  firstMoments: [],
  secondMoments: [],
  weightDecays: [],
  learningRate: 1,
  beta2: 0.99,
  epsilon: 1e-6,
  clipNorm: 1,
  step: 1,
  biasCorrection: true,
};
const attributes = { ...withoutBeta1, beta1: 0.9 };

/** Must not compile; never called. */
export function misspelled(x: tf.Tensor): void {
  // @ts-expect-error an unknown kernel
  runFusedKernel("BertkitGeluu", { x }, { approximate: true });
  // @ts-expect-error a misspelled attribute
  runFusedKernel("BertkitGelu", { x }, { aproximate: true });
  // @ts-expect-error a missing attribute
  runFusedKernel("BertkitLayerNorm", { x, gamma: x, beta: x }, {});
  // @ts-expect-error a missing input
  runFusedKernel("BertkitLayerNorm", { x, gamma: x }, { epsilon: 1 });
  // @ts-expect-error an unknown output
  runFusedKernel("BertkitGelu", { x }, { approximate: true })?.[1].dispose();
  // @ts-expect-error a missing attribute of an update
  runFusedUpdate("BertkitAdamW", () => withoutBeta1);
  // @ts-expect-error a misspelled attribute of an update
  runFusedUpdate("BertkitAdamW", () => ({ ...withoutBeta1, betta1: 0.9 }));
}
