import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { scaleByRate } from "./rate.ts";
import type { UpdateStep } from "./transform.ts";

beforeAll(() => tf.setBackend("cpu"));

it("multiplies every change by the learning rate", () => {
  const at = { learningRate: 0.5 } as UpdateStep;
  const changes = scaleByRate().apply(new Map([["w", tf.tensor1d([2, -4])]]), at);
  expect([...changes.get("w")!.dataSync()]).toEqual([1, -2]);
});
