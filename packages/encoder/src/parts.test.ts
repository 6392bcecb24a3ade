import { dispose, inference, LayerNorm, Rng, variables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";

import {
  activationOf,
  BertEmbeddings,
  type BertConfig,
  bertInputs,
  bertSizes,
  createBert,
  FeedForward,
  GatedFeedForward,
  layoutOf,
  Pooler,
  PreNormBlock,
  RotaryPositions,
  SelfAttention,
} from "./index.ts";

beforeAll(() => tf.setBackend("cpu"));

const config: BertConfig = {
  ...bertSizes.tiny,
  vocabularySize: 11,
  hiddenSize: 8,
  attentionHeads: 2,
  intermediateSize: 12,
  maxPositionEmbeddings: 9,
  initializerRange: 0.5,
};
const size = config.hiddenSize;
const batch = {
  inputIds: Int32Array.of(1, 5, 2, 7, 9, 4, 3, 8),
  attentionMask: new Int32Array(8).fill(1),
  tokenTypeIds: new Int32Array(8),
  shape: [1, 8] as const,
};

describe("GatedFeedForward", () => {
  it("multiplies the activated half by the other half", () => {
    const part = new GatedFeedForward({ size: 1, intermediateSize: 1, activation: "relu", rng: new Rng(0) });
    part.expand.kernel.assign(tf.tensor2d([[2, 3]]));
    part.contract.kernel.assign(tf.tensor2d([[1]]));
    expect([...part.forward(tf.tensor2d([[1], [-1]])).dataSync()]).toEqual([6, 0]); // relu(2x) · 3x
    dispose(part);
  });
});

describe("activations", () => {
  it("are names or functions", () => {
    const twice = <T extends tf.Tensor>(x: T): T => tf.mul(x, 2);
    expect(activationOf(twice)(tf.scalar(3)).dataSync()[0]).toBe(6);
    const named = new FeedForward({ size, intermediateSize: 4, activation: "relu", rng: new Rng(1) });
    const given = new FeedForward({ size, intermediateSize: 4, activation: (x) => tf.relu(x), rng: new Rng(1) });
    const x = tf.reshape(tf.linspace(-1, 1, size), [1, size]);
    expect(given.forward(x).dataSync()).toEqual(named.forward(x).dataSync());
    dispose([named, given]);
  });
});

describe("RotaryPositions", () => {
  it("keep norms, and give products that depend only on distances", () => {
    const rotary = new RotaryPositions({ headSize: 4 });
    const [q, k] = [tf.tensor1d([1, 2, 3, 4]), tf.tensor1d([0.5, -1, 2, 0])];
    const everywhere = (x: tf.Tensor1D): tf.Tensor4D =>
      tf.tile(tf.reshape(x, [1, 1, 1, 4]), [1, 1, 6, 1]) as tf.Tensor4D;
    const [query, key] = rotary.forward(everywhere(q), everywhere(k));
    const products = tf.matMul(query, key, false, true).arraySync() as number[][][][];
    const scores = products[0]![0]!;
    for (let i = 0; i < 5; i++) expect(scores[i + 1]!.slice(1)).toBeAllClose(scores[i]!.slice(0, 5));
    expect(scores[0]![0]).toBeCloseTo(4.5);
    expect(scores[0]![3]).not.toBeCloseTo(4.5);
    const lengths = tf.sum(tf.square(query), -1).dataSync();
    expect(lengths).toBeAllClose(new Float32Array(6).fill(30));
  });

  it("reject heads of another size", () => {
    expect(() => new RotaryPositions({ headSize: 3 })).toThrow(/headSize must be an even number, got 3/);
    const four = tf.zeros<tf.Rank.R4>([1, 1, 2, 4]);
    expect(() => new RotaryPositions({ headSize: 2 }).forward(four, four)).toThrow(/heads of size 2, got 4/);
  });
});

describe("local attention", () => {
  it("attends only within the window", () => {
    const attention = new SelfAttention({ size, heads: 2, window: 2, initializerRange: 0.5, rng: new Rng(1) });
    tf.tidy(() => {
      const inputs = bertInputs(batch);
      const layout = layoutOf(inputs);
      const { probabilities } = attention.forward(tf.randomNormal([8, size], 0, 1, "float32", 7), layout, inference);
      const [[head]] = probabilities.arraySync() as number[][][][] as [[number[][]]];
      head.forEach((row, i) => row.forEach((value, j) => expect(value > 0, `${i} ${j}`).toBe(Math.abs(i - j) <= 2)));
    });
    expect(() => new SelfAttention({ size, heads: 2, window: -1, rng: new Rng(1) })).toThrow(/window must be/);
    dispose(attention);
  });
});

describe("BertEmbeddings", () => {
  it("work without types and positions, and with their own size", () => {
    const embeddings = new BertEmbeddings(
      { ...config, typeVocabularySize: 0, positionEmbedding: "none", embeddingSize: 3, normBias: false },
      new Rng(0),
    );
    expect(Array.from(variables(embeddings), ([path, { shape }]) => [path, shape])).toEqual([
      ["word.table", [11, 3]],
      ["norm.gamma", [3]],
      ["projection.kernel", [3, 8]],
      ["projection.bias", [8]],
    ]);
    expect(tf.tidy(() => embeddings.forward(bertInputs(batch), inference).shape)).toEqual([1, 8, 8]);
    dispose(embeddings);
  });
});

describe("createBert with custom parts", () => {
  it("does not create the parts that they replace", () => {
    const before = tf.memory().numTensors;
    const rng = new Rng(0);
    const layer = (): PreNormBlock =>
      new PreNormBlock({
        attention: new SelfAttention({ size, heads: 2, rng }),
        attentionNorm: new LayerNorm({ size }),
        feedForward: new GatedFeedForward({ size, intermediateSize: 4, rng }),
        feedForwardNorm: new LayerNorm({ size }),
      });
    const bert = createBert(config, rng, {
      layer,
      finalNorm: new LayerNorm({ size }),
      pooler: new Pooler({ size, rng }),
    });
    expect(tf.memory().numTensors - before).toBe(variables(bert).size);
    expect([...variables(bert).keys()].filter((path) => path.startsWith("finalNorm"))).toHaveLength(2);
    tf.tidy(() => {
      const { sequenceOutput, hiddenStates } = bert.forward(bertInputs(batch), inference, { hiddenStates: true });
      expect(hiddenStates!.at(-1)!.dataSync()).toEqual(sequenceOutput.dataSync());
      const { variance } = tf.moments(sequenceOutput, -1);
      expect(variance.dataSync()).toBeAllClose(new Float32Array(8).fill(1), { absolute: 1e-3, relative: 0 });
    });
    dispose(bert);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("shares one layer's weights and sums the gradients of all", () => {
    const bert = createBert({ ...config, hiddenLayers: 3 }, new Rng(0), { shareLayers: true });
    expect([...variables(bert.layers).keys()].every((path) => path.startsWith("0."))).toBe(true);
    const one = createBert({ ...config, hiddenLayers: 1 }, new Rng(0));
    expect(variables(bert).size).toBe(variables(one).size);
    const out = (model: typeof bert): Float32Array =>
      tf.tidy(() => model.forward(bertInputs(batch), inference).sequenceOutput.dataSync().slice() as never);
    expect(out(bert)).not.toEqual(out(one));
    dispose([bert, one]);
  });

  it("rejects parts of different sizes in the constructor, by name", () => {
    const rng = new Rng(0);
    const norm = () => new LayerNorm({ size: 7 });
    expect(() => createBert(config, rng, { norm })).toThrow(
      /PostNormBlock: .*attention 8, attentionNorm 7, feedForward 8, feedForwardNorm 7/,
    );
    expect(() => createBert(config, rng, { finalNorm: norm() })).toThrow(/BertEncoder: .*finalNorm 7/);
    expect(() => createBert(config, rng, { pooler: new Pooler({ size: 4, rng }) })).toThrow(/BertEncoder: .*pooler 4/);
    tf.disposeVariables();
  });

  it("frees the parts that it created if it throws, and none of the caller's", () => {
    const rng = new Rng(0);
    const given = { finalNorm: new LayerNorm({ size: 7 }), pooler: new Pooler({ size: 4, rng }) };
    const wide = new SelfAttention({ size: 12, heads: 2, rng });
    const stop = (index: number): SelfAttention => {
      if (index === 1) throw new Error("stop");
      return new SelfAttention({ size, heads: 2, rng });
    };
    const whole = { ...config, positionEmbedding: "relative_key" } as const;
    const before = tf.memory().numTensors;
    for (const parts of [{ finalNorm: given.finalNorm }, { pooler: given.pooler }, { attention: () => wide }])
      expect(() => createBert(whole, rng, parts)).toThrow("must have the same size");
    expect(tf.memory().numTensors).toBe(before);
    expect(() => createBert(whole, rng, { attention: stop })).toThrow("stop");
    expect(tf.memory().numTensors).toBe(before + 8); // of the first layer's attention, which the caller made
    expect([...variables([given, wide]).values()].every(({ isDisposed }) => !isDisposed)).toBe(true);
    tf.disposeVariables();
  });
});
