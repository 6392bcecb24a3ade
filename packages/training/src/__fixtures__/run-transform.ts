import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";

import { Slots } from "../slots.ts";
import type { Transform, UpdateStep } from "../transform.ts";

/** Applies a transform to a sequence of gradients of one variable. */
export function runTransform(transform: Transform, gradients: readonly number[]): number[] {
  const slots = new Slots();
  const numbers = { ...transform.numbers };
  const w = tf.tensor1d([0]);
  return gradients.map((gradient, i) => {
    const at: UpdateStep = {
      step: i + 1,
      learningRate: 1,
      variable: () => expect.fail("reads no variable"),
      slot: (name, path) => slots.get(name, path, w.shape),
      numbers,
    };
    return transform.apply(new Map([["w", tf.tensor1d([gradient])]]), at).get("w")!.dataSync()[0]!;
  });
}
