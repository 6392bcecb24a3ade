import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { network } from "./__fixtures__/network.ts";
import { dispose } from "./dispose.ts";
import { freeze, unfreeze } from "./freeze.ts";
import { Rng } from "./rng.ts";
import { countParameters } from "./summary.ts";
import { trainableVariables } from "./variables.ts";

beforeAll(() => tf.setBackend("cpu"));

it("freezes by path, and returns the number of variables", () => {
  const model = network(new Rng(0));
  expect(countParameters(model)).toEqual({ total: 41, trainable: 41 });
  expect(freeze(model, (path) => path.startsWith("embedding."))).toBe(1);
  expect(countParameters(model)).toEqual({ total: 41, trainable: 21 });
  expect([...trainableVariables(model).keys()]).not.toContain("embedding.table");
  unfreeze(model);
  expect(countParameters(model).trainable).toBe(41);
  expect(() => freeze(model, () => false)).toThrow(/no variable was selected/);
  dispose(model);
});

it("changes nothing if the predicate throws", () => {
  const model = network(new Rng(0));
  const before = trainableVariables(model).size;
  const failing = (path: string): boolean => {
    if (path.endsWith("bias")) throw new Error("no");
    return true;
  };
  expect(() => freeze(model, failing)).toThrow("no");
  expect(trainableVariables(model).size).toBe(before);
});
