import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { dispose, inference, LayerNorm, Rng, variables } from "@bertkit/nn";
import { gatherPositions } from "@bertkit/ops";

import {
  type BertEmbeddings,
  BertEncoder,
  bertInputs,
  bertSizes,
  createBert,
  type Encoder,
  FeedForward,
  forwardAt,
  type BertParts,
  type PostNormBlock,
  PreNormBlock,
  RotaryPositions,
  SelfAttention,
  type BertConfig,
  type EncodedBatch,
  type EncoderBlock,
} from "./index.ts";

beforeAll(() => tf.setBackend("cpu"));

const size = 16;
const config: BertConfig = {
  ...bertSizes.tiny,
  vocabularySize: 30,
  hiddenSize: size,
  attentionHeads: 2,
  intermediateSize: 32,
  maxPositionEmbeddings: 8,
  initializerRange: 0.5,
};
const positions = (): tf.Tensor2D => tf.tensor2d([0, 3, 1, 0, 2, 2], [2, 3], "int32"); // one position occurs twice

function inputs(more: Partial<EncodedBatch> = {}) {
  const rng = new Rng(2);
  return bertInputs({
    inputIds: Int32Array.from({ length: 16 }, () => rng.integer(0, 29)),
    attentionMask: Int32Array.from({ length: 16 }, (_, i) => Number(i < 5 || (i >= 8 && i < 12))),
    tokenTypeIds: new Int32Array(16),
    shape: [2, 8],
    ...more,
  });
}

function preNorm(options: object): BertEncoder {
  const rng = new Rng(3);
  const norm = () => new LayerNorm({ size, epsilon: 1e-12 });
  return createBert(config, rng, {
    layer: () =>
      new PreNormBlock({
        attention: new SelfAttention({ size, heads: 2, initializerRange: 0.5, rng, ...options }),
        attentionNorm: norm(),
        feedForward: new FeedForward({ size, intermediateSize: 32, initializerRange: 0.5, rng }),
        feedForwardNorm: norm(),
      }),
    finalNorm: norm(),
  });
}

function withPlainBlocks(bert: BertEncoder): BertEncoder {
  const layers = bert.layers.map((layer): EncoderBlock => ({ forward: (...given) => layer.forward(...given) }));
  return new BertEncoder({ ...bert, layers });
}

const bert = (more: Partial<BertConfig> = {}, parts: BertParts<BertEmbeddings, PostNormBlock> = {}): BertEncoder =>
  createBert({ ...config, ...more }, new Rng(1), parts);
/** Its vectors depend on all tokens, so that those at `positions` alone are not enough. */
const mean = { forward: (sequence: tf.Tensor3D): tf.Tensor2D => tf.mean(sequence, 1) };
const packed = {
  sequenceIds: Int32Array.of(1, 1, 2, 2, 2, 0, 0, 0, 1, 1, 1, 2, 0, 0, 0, 0),
  positionIds: Int32Array.of(0, 1, 0, 1, 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0),
};

describe("forwardAt", () => {
  it.each<[string, () => BertEncoder, Partial<EncodedBatch>?]>([
    ["padding left out", bert],
    ["padding computed", bert, { skipPadding: false }],
    ["no padding", bert, { attentionMask: new Int32Array(16).fill(1) }],
    ["several sequences in a row", bert, packed],
    ["relative positions", () => bert({ positionEmbedding: "relative_key_query" })],
    ["with checkpointing", () => bert({}, { checkpoint: true })],
    ["with blocks that have no forwardAt", () => withPlainBlocks(bert())],
    ["with a pooler that reads all tokens", () => bert({}, { pooler: mean })],
    ["pre-norm blocks", () => preNorm({})],
    ["pre-norm blocks with rotary positions", () => preNorm({ rotation: new RotaryPositions({ headSize: 8 }) })],
    ["pre-norm blocks with local attention", () => preNorm({ window: 1 })],
  ])("has the vectors and gradients of forward: %s", (_, make, more) => {
    const encoder = make();
    const weights = tf.randomNormal([6, size], 0, 1, "float32", 5);
    const sumOf = (vectors: tf.Tensor, pooled: tf.Tensor): tf.Scalar =>
      tf.add(tf.sum(tf.mul(tf.reshape(vectors, [6, size]), weights)), tf.sum(tf.square(pooled)));
    const asWhole = (): tf.Scalar => {
      const { sequenceOutput, pooledOutput } = encoder.forward(inputs(more), inference);
      return sumOf(gatherPositions(sequenceOutput, positions()), pooledOutput!);
    };
    const asPart = (): tf.Scalar => {
      const { sequenceOutput, pooledOutput } = encoder.forwardAt(inputs(more), positions(), inference);
      expect(sequenceOutput.shape).toEqual([2, 3, size]);
      return sumOf(sequenceOutput, pooledOutput!);
    };
    const trained = [...variables(encoder).values()];
    const [whole, part] = [tf.variableGrads(asWhole, trained), tf.variableGrads(asPart, trained)];
    expect(part.value.dataSync()).toBeAllClose(whole.value.dataSync());
    for (const [path, { name }] of variables(encoder))
      expect(part.grads[name]!.dataSync(), path).toBeAllClose(whole.grads[name]!.dataSync(), {
        absolute: 1e-4,
        relative: 1e-4,
      });
    dispose(encoder);
  });

  it("as a function also takes encoders that have no such method", () => {
    const encoder = bert();
    const plain: Encoder = { hiddenSize: size, forward: (...given) => encoder.forward(...given) };
    const [own, other] = [encoder, plain].map((each) => forwardAt(each, inputs(), positions(), inference));
    expect(other!.shape).toEqual([2, 3, size]);
    expect(other!.dataSync()).toBeAllClose(own!.dataSync());
    dispose(encoder);
  });
});
