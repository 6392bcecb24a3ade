import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";

import {
  countParameters,
  Dense,
  dispose,
  Dropout,
  Embedding,
  freeze,
  inference,
  LayerNorm,
  Rng,
  summary,
  trainableVariables,
  unfreeze,
  variables,
  withoutDraws,
} from "./index.ts";

beforeAll(() => tf.setBackend("cpu"));

function network(rng: Rng) {
  const embedding = new Embedding({ count: 5, size: 4, rng });
  return {
    embedding,
    blocks: [{ dense: new Dense({ inputSize: 4, outputSize: 3, rng }), norm: new LayerNorm({ size: 3 }) }],
    tied: { table: embedding.table },
    dropout: new Dropout(0.5),
  };
}

describe("variables", () => {
  it("names each variable by its path, and lists a shared one once", () => {
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

  it("freezes by path, and counts", () => {
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

  it("prints the tree of parts, with classes, shapes, counts and what is trained", () => {
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

  it("makes weights without drawing them", () => {
    const model = network(withoutDraws);
    expect(new Set(model.embedding.table.dataSync())).toEqual(new Set([0]));
    expect(new Set(model.blocks[0]!.norm.gamma.dataSync())).toEqual(new Set([1]));
    dispose(model);
  });

  it("keeps a padding row at zero", () => {
    const { table } = new Embedding({ count: 3, size: 2, rng: new Rng(0), paddingId: 1 });
    const [first, , pad, padToo, last] = table.dataSync();
    expect([pad, padToo]).toEqual([0, 0]);
    expect(first! * last!).not.toBe(0);
    expect(() => new Embedding({ count: 3, size: 2, rng: new Rng(0), paddingId: 3 })).toThrow(
      /paddingId must be one of the 3 ids, got 3/,
    );
    table.dispose();
  });

  it("frees every tensor", () => {
    const before = tf.memory().numTensors;
    dispose(network(new Rng(0)));
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("modules", () => {
  it("return the documented shapes", () => {
    tf.tidy(() => {
      const model = network(new Rng(1));
      const vectors = model.embedding.forward(tf.tensor2d([[0, 4, 2]], [1, 3], "int32"));
      const out = model.blocks[0]!.norm.forward(model.blocks[0]!.dense.forward(vectors));
      expect(out.shape).toEqual([1, 3, 3]);
      dispose(model);
    });
  });

  it("drop only in training", () => {
    const x = tf.ones([64]);
    const layer = new Dropout(0.5);
    expect(layer.forward(x, inference)).toBe(x);
    const dropped = layer.forward(x, { training: true, rng: new Rng(0) }).dataSync();
    expect(new Set(dropped)).toEqual(new Set([0, 2]));
  });
});

describe("Rng", () => {
  it("repeats for the same seed, resumes from a state, and splits into independent streams", () => {
    const a = new Rng(42);
    const b = new Rng(42);
    expect(Array.from({ length: 5 }, () => a.random())).toEqual(Array.from({ length: 5 }, () => b.random()));
    const resumed = Rng.fromState(JSON.parse(JSON.stringify(a.state())));
    expect(resumed.random()).toBe(b.random());
    expect(a.split().random()).not.toBe(a.split().random());
    expect(new Rng(1).random()).not.toBe(new Rng(2).random());
  });

  it("returns the published first numbers of xoshiro128** for the state 1, 2, 3, 4", () => {
    const rng = Rng.fromState([1, 2, 3, 4]);
    expect([rng.bits(), rng.bits(), rng.bits(), rng.bits()]).toEqual([11520, 0, 5927040, 70819200]);
  });

  it("draws integers, normals and shuffles without bias beyond chance", () => {
    const rng = new Rng(7);
    const counts = [0, 0, 0];
    for (let i = 0; i < 30_000; i++) counts[rng.integer(0, 2)]!++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500); // six standard errors
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < 40_000; i++) {
      const z = rng.normal();
      sum += z;
      squares += z * z;
    }
    expect(Math.abs(sum / 40_000)).toBeLessThan(0.03);
    expect(Math.abs(squares / 40_000 - 1)).toBeLessThan(0.05);
    const items = [1, 2, 3, 4, 5];
    rng.shuffle(items);
    expect(items.toSorted()).toEqual([1, 2, 3, 4, 5]);
  });
});
