import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { network } from "./__fixtures__/network.ts";
import { dispose } from "./dispose.ts";
import { sharedZeros, withoutDraws } from "./without-draws.ts";

beforeAll(() => tf.setBackend("cpu"));

it("creates weights of zero, or of the initializer's constant", () => {
  const model = network(withoutDraws);
  expect(new Set(model.embedding.table.dataSync())).toEqual(new Set([0]));
  expect(new Set(model.blocks[0]!.norm.gamma.dataSync())).toEqual(new Set([1]));
  dispose(model);
});

it("shares one buffer of zeros", () => {
  const zeros = sharedZeros(8);
  expect([...zeros]).toEqual(new Array(8).fill(0));
  expect(sharedZeros(4).buffer).toBe(zeros.buffer);
});
