import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { network } from "./__fixtures__/network.ts";
import { dispose } from "./dispose.ts";
import { freeze } from "./freeze.ts";
import { Rng } from "./rng.ts";
import { trainableVariables, variables } from "./variables.ts";

beforeAll(() => tf.setBackend("cpu"));

it("lists each variable under its path, a shared one once", () => {
  const model = network(new Rng(0));
  expect([...variables(model).keys()]).toEqual([
    "embedding.table",
    "blocks.0.dense.kernel",
    "blocks.0.dense.bias",
    "blocks.0.norm.gamma",
    "blocks.0.norm.beta",
  ]);
  dispose(model);
});

it("lists trainable variables only", () => {
  const model = network(new Rng(0));
  freeze(model, (path) => !path.endsWith("gamma"));
  expect([...trainableVariables(model).keys()]).toEqual(["blocks.0.norm.gamma"]);
  dispose(model);
});
