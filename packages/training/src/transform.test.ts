import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { changeEach, type UpdateStep } from "./transform.ts";

beforeAll(() => tf.setBackend("cpu"));

it("applies a function to each change, with its path and the step", () => {
  const seen: string[] = [];
  const { apply } = changeEach((change, path, { step }) => {
    seen.push(`${path} ${step}`);
    return tf.neg(change);
  });
  const changes = apply(
    new Map([
      ["a", tf.scalar(1)],
      ["b", tf.scalar(2)],
    ]),
    { step: 3 } as UpdateStep,
  );
  expect([...changes].map(([path, change]) => [path, change.dataSync()[0]])).toEqual([
    ["a", -1],
    ["b", -2],
  ]);
  expect(seen).toEqual(["a 3", "b 3"]);
});
