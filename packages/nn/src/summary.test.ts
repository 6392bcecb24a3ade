import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { network } from "./__fixtures__/network.ts";
import { Dense } from "./dense.ts";
import { dispose } from "./dispose.ts";
import { Embedding } from "./embedding.ts";
import { freeze } from "./freeze.ts";
import { Rng } from "./rng.ts";
import { countParameters, summary } from "./summary.ts";

beforeAll(() => tf.setBackend("cpu"));

it("prints the parts with classes, shapes, counts and whether they are trainable", () => {
  const model = network(new Rng(0));
  freeze(model, (path) => path === "embedding.table" || path.endsWith("gamma"));
  expect(`\n${summary(model)}\n`).toMatchInlineSnapshot(`
    "
    part          class      shape              parameters  trainable
    ─────────────────────────────────────────────────────────────────
    embedding     Embedding                             20  no
      table                  [5, 4]                     20  no
    blocks        list of 1                             21  partly
      0                                                 21  partly
        dense     Dense                                 15  yes
          kernel             [4, 3]                     12  yes
          bias               [3]                         3  yes
        norm      LayerNorm                              6  partly
          gamma              [3]                         3  no
          beta               [3]                         3  yes
    tied                                                 0
      table                  = embedding.table
    dropout       Dropout                                0
    ─────────────────────────────────────────────────────────────────
    parameters  41
    trainable   18
    frozen      23
    "
  `);
  dispose(model);
});

it("prints the requested number of levels, and class names", () => {
  class Tagger {
    readonly embedding = new Embedding({ count: 5, size: 4, rng: new Rng(0) });
    readonly dense = new Dense({ inputSize: 4, outputSize: 2, rng: new Rng(0) });
  }
  const model = new Tagger();
  expect(summary(model, 1).split("\n")).toEqual([
    "Model: Tagger",
    "part       class      shape  parameters  trainable",
    "──────────────────────────────────────────────────",
    "embedding  Embedding                 20  yes",
    "dense      Dense                     10  yes",
    "──────────────────────────────────────────────────",
    "parameters  30",
    "trainable   30",
    "frozen       0",
  ]);
  dispose(model);
});

it("counts a shared variable once", () => {
  const model = network(new Rng(0));
  expect(countParameters(model)).toEqual({ total: 41, trainable: 41 });
  dispose(model);
});
