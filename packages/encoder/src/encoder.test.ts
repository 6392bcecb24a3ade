import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { countParameters, dispose, inference, Rng, variables } from "@bertkit/nn";

import { bertInputs, bertNames, bertSizes, createBert, type BertConfig } from "./index.ts";

beforeAll(() => tf.setBackend("cpu"));

const toy: BertConfig = {
  ...bertSizes.tiny,
  vocabularySize: 11,
  hiddenSize: 8,
  attentionHeads: 2,
  intermediateSize: 16,
  maxPositionEmbeddings: 6,
};

const batch = {
  inputIds: Int32Array.of(1, 5, 2, 0, 1, 6, 7, 2),
  attentionMask: Int32Array.of(1, 1, 1, 0, 1, 1, 1, 1),
  tokenTypeIds: Int32Array.of(0, 0, 0, 0, 0, 0, 1, 1),
  shape: [2, 4] as const,
};

describe("createBert", () => {
  // Parameter counts of the published checkpoints, vocabulary 30,522, encoder and pooler.
  it.each([
    ["tiny", 4_385_920],
    ["mini", 11_170_560],
    ["small", 28_763_648],
    ["medium", 41_373_184],
    ["base", 109_482_240],
  ] as const)("has the published number of parameters: %s", (size, expected) => {
    const model = createBert({ ...bertSizes[size], vocabularySize: 30_522, initializerRange: 0 }, {
      truncatedNormal: () => 0,
    } as unknown as Rng);
    expect(countParameters(model).total).toBe(expected);
    dispose(model);
  });

  it("gives every output that is asked for, in the stated shapes", () => {
    const model = createBert(toy, new Rng(0));
    const out = model.forward(bertInputs(batch), inference, { hiddenStates: true, attentions: true });
    expect(out.sequenceOutput.shape).toEqual([2, 4, 8]);
    expect(out.pooledOutput?.shape).toEqual([2, 8]);
    expect(out.hiddenStates?.map((state) => state.shape)).toEqual([
      [2, 4, 8],
      [2, 4, 8],
      [2, 4, 8],
    ]);
    expect(out.attentions?.map((probabilities) => probabilities.shape)).toEqual([
      [2, 2, 4, 4],
      [2, 2, 4, 4],
    ]);
    dispose(model);
  });

  it("does not let padding change a token", () => {
    const model = createBert({ ...toy, initializerRange: 0.5 }, new Rng(0));
    const padded = model.forward(bertInputs(batch), inference).sequenceOutput;
    const alone = model.forward(
      bertInputs({
        inputIds: Int32Array.of(1, 5, 2),
        attentionMask: Int32Array.of(1, 1, 1),
        tokenTypeIds: Int32Array.of(0, 0, 0),
        shape: [1, 3],
      }),
      inference,
    ).sequenceOutput;
    expect(tf.slice(padded, [0, 0, 0], [1, 3, 8]).dataSync()).toBeAllClose(alone.dataSync());
    dispose(model);
  });

  it("gives a gradient to every variable, from both outputs", () => {
    const model = createBert(toy, new Rng(3));
    const all = variables(model);
    const { grads } = tf.variableGrads(() => {
      const { sequenceOutput, pooledOutput } = model.forward(bertInputs(batch), { training: true, rng: new Rng(1) });
      return tf.add(tf.sum(tf.square(sequenceOutput)), tf.sum(pooledOutput!)) as tf.Scalar;
    }, [...all.values()]);
    for (const [path, variable] of all) expect(grads[variable.name]?.shape, path).toEqual(variable.shape);
    dispose(model);
  });

  it("keeps no tensor but its outputs", () => {
    const model = createBert(toy, new Rng(0));
    const before = tf.memory().numTensors;
    tf.tidy(() => void model.forward(bertInputs(batch), inference));
    expect(tf.memory().numTensors).toBe(before);
    dispose(model);
  });

  it("says which field is wrong, and when a text is too long", () => {
    expect(() => createBert({ ...toy, attentionHeads: 3 }, new Rng(0))).toThrow(
      /attentionHeads: must divide hiddenSize 8, got 3/,
    );
    const model = createBert(toy, new Rng(0));
    expect(() => model.forward({ inputIds: tf.zeros([1, 7], "int32") }, inference)).toThrow(
      /7 tokens exceed maxPositionEmbeddings 6/,
    );
    dispose(model);
  });
});

describe("bertNames", () => {
  it("names every variable exactly once", () => {
    const model = createBert(toy, new Rng(0));
    const paths = [...variables(model).keys()].map((path) => path.replace(/^layers\.\d+\./, "layers.{i}."));
    expect(new Set(bertNames.map((rule) => rule.path))).toEqual(new Set(paths));
    expect(new Set(bertNames.map((rule) => rule.name)).size).toBe(bertNames.length);
    dispose(model);
  });
});
