import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { countParameters, dispose, inference, Rng, variables, withoutDraws } from "@bertkit/nn";

import {
  bertInputs,
  bertNames,
  bertSizes,
  createBert,
  huggingFaceOutputs,
  tfHubOutputs,
  type BertConfig,
} from "./index.ts";

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
  it("says what is missing without a backend, and after dispose", () => {
    const model = createBert(toy, new Rng(0));
    dispose(model.layers[1]!);
    expect(() => model.forward(bertInputs(batch), inference)).toThrow(
      "BertEncoder.forward: the model was disposed: its layers.1.attention",
    );
    dispose(model);
    const { factory, priority } = tf.engine().registryFactory["cpu"]!;
    tf.removeBackend("cpu");
    expect(() => createBert(toy, new Rng(0))).toThrow("createBert: no backend holds the weights yet. Call await useBackend()"); // prettier-ignore
    tf.registerBackend("cpu", factory, priority);
    tf.setBackend("cpu");
  });

  // Parameter counts of the published checkpoints, encoder and pooler.
  it.each([
    ["tiny", 30_522, 4_385_920],
    ["mini", 30_522, 11_170_560],
    ["small", 30_522, 28_763_648],
    ["medium", 30_522, 41_373_184],
    ["base", 30_522, 109_482_240],
    ["base", 28_996, 108_310_272], // cased
    ["base", 21_128, 102_267_648], // Chinese
    ["base", 119_547, 177_853_440], // multilingual, cased
    ["large", 30_522, 335_141_888],
    ["large", 28_996, 333_579_264], // cased
  ] as const)("has the published number of parameters: %s, vocabulary %i", (size, vocabularySize, expected) => {
    const model = createBert({ ...bertSizes[size], vocabularySize }, withoutDraws);
    expect(countParameters(model).total).toBe(expected);
    dispose(model);
  });

  it("has one table of 2 · maximum − 1 distances per layer, shared by its heads", () => {
    const without = createBert(toy, new Rng(0));
    const relative = createBert({ ...toy, positionEmbedding: "relative_key" }, new Rng(0));
    const absolute = toy.maxPositionEmbeddings * toy.hiddenSize;
    const distances = toy.hiddenLayers * (2 * toy.maxPositionEmbeddings - 1) * (toy.hiddenSize / toy.attentionHeads);
    expect(countParameters(relative).total).toBe(countParameters(without).total - absolute + distances);
    dispose([without, relative]);
  });

  it("returns every requested output in the documented shape", () => {
    const model = createBert(toy, new Rng(0));
    const out = model.forward(bertInputs(batch), inference, { hiddenStates: true, attentions: true });
    expect(out.sequenceOutput.shape).toEqual([2, 4, 8]);
    expect(out.pooledOutput?.shape).toEqual([2, 8]);
    const { last_hidden_state, pooler_output, hidden_states, attentions } = huggingFaceOutputs(out);
    expect([last_hidden_state, pooler_output]).toEqual([out.sequenceOutput, out.pooledOutput]);
    expect([hidden_states?.length, attentions?.length]).toEqual([3, 2]);
    const { sequence_output, pooled_output, encoder_outputs } = tfHubOutputs(out);
    expect([sequence_output, pooled_output]).toEqual([out.sequenceOutput, out.pooledOutput]);
    expect(encoder_outputs).toEqual(out.hiddenStates?.slice(1));
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

  it("keeps the padding row at zero: it is initially zero and gets no gradient", () => {
    const model = createBert({ ...toy, paddingId: 0 }, new Rng(0));
    const { table } = model.embeddings.word;
    expect([...table.dataSync().subarray(0, 8)]).toEqual(Array.from({ length: 8 }, () => 0));
    const loss = () => tf.sum(tf.square(model.forward(bertInputs(batch), inference).sequenceOutput)) as tf.Scalar;
    const gradient = tf.variableGrads(loss, [table]).grads[table.name]!.dataSync();
    expect([...gradient.subarray(0, 8)]).toEqual(Array.from({ length: 8 }, () => 0));
    expect(gradient.subarray(8, 16).some((value) => value !== 0)).toBe(true);
    dispose(model);
  });

  it("gives tokens the same vectors with and without padding", () => {
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

  it("has a gradient for every variable, from both outputs", () => {
    const model = createBert(toy, new Rng(3));
    const all = variables(model);
    const { grads } = tf.variableGrads(() => {
      const { sequenceOutput, pooledOutput } = model.forward(bertInputs(batch), { training: true, rng: new Rng(1) });
      return tf.add(tf.sum(tf.square(sequenceOutput)), tf.sum(pooledOutput!)) as tf.Scalar;
    }, [...all.values()]);
    for (const [path, variable] of all) expect(grads[variable.name]?.shape, path).toEqual(variable.shape);
    dispose(model);
  });

  it("leaks no tensor", () => {
    const model = createBert(toy, new Rng(0));
    const before = tf.memory().numTensors;
    tf.tidy(() => void model.forward(bertInputs(batch), inference));
    expect(tf.memory().numTensors).toBe(before);
    dispose(model);
  });

  it("names the invalid field, and rejects texts that are too long", () => {
    expect(() => createBert({ ...toy, attentionHeads: 3 }, new Rng(0))).toThrow(
      /attentionHeads: must divide hiddenSize 8, got 3/,
    );
    const model = createBert(toy, new Rng(0));
    const relative = createBert({ ...toy, positionEmbedding: "relative_key" }, new Rng(0));
    for (const bert of [model, relative]) {
      expect(() => bert.forward({ inputIds: tf.zeros([1, 7], "int32") }, inference)).toThrow(
        /7 tokens, padding included, exceed maxPositionEmbeddings 6\. Truncate and pad to at most 6/,
      );
      expect(bert.maxTokens).toBe(6);
    }
    expect(() => createBert({ ...toy, paddingId: 11 }, new Rng(0))).toThrow(/paddingId: must be an id below/);
    expect(() => createBert({ ...toy, positionEmbedding: "rotary" as never }, new Rng(0))).toThrow(
      /positionEmbedding: must be one of absolute, .*, got "rotary"/,
    );
    dispose([model, relative]);
  });
});

describe("bertNames", () => {
  it("names every variable of every option exactly once", () => {
    const model = createBert(toy, new Rng(0));
    const relative = createBert({ ...toy, positionEmbedding: "relative_key" }, new Rng(0));
    const paths = [model, relative]
      .flatMap((bert) => [...variables(bert).keys()])
      .map((path) => path.replace(/^layers\.\d+\./, "layers.{i}."));
    expect(new Set(bertNames.map((rule) => rule.path))).toEqual(new Set(paths));
    expect(new Set(bertNames.map((rule) => rule.name)).size).toBe(bertNames.length);
    dispose([model, relative]);
  });
});
