import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { dispose, inference, Rng, variables } from "@bertkit/nn";
import { gatherPositions } from "@bertkit/ops";

import { BertEncoder, bertInputs, bertSizes, createBert, type BertConfig, type EncoderBlock } from "./index.ts";

beforeAll(() => tf.setBackend("cpu"));

const config: BertConfig = {
  ...bertSizes.tiny,
  vocabularySize: 30,
  hiddenSize: 16,
  attentionHeads: 2,
  intermediateSize: 32,
  maxPositionEmbeddings: 8,
  initializerRange: 0.5,
};
const positions = (): tf.Tensor2D => tf.tensor2d([0, 3, 1, 0, 2, 2], [2, 3], "int32"); // one position occurs twice

function inputs(skipPadding: boolean) {
  const rng = new Rng(2);
  return bertInputs({
    inputIds: Int32Array.from({ length: 16 }, () => rng.integer(0, 29)),
    attentionMask: Int32Array.from({ length: 16 }, (_, i) => Number(i < 5 || (i >= 8 && i < 12))),
    tokenTypeIds: new Int32Array(16),
    shape: [2, 8],
    skipPadding,
  });
}

describe("forwardAt", () => {
  it.each([
    ["padding left out", true, false, false],
    ["padding computed", false, false, false],
    ["with checkpointing", true, true, false],
    ["with blocks that have no forwardAt", true, false, true],
  ])("has the vectors and gradients of forward, %s", (_, skipPadding, checkpoint, plainBlocks) => {
    const bert = createBert(config, new Rng(1), { checkpoint });
    const plain = bert.layers.map((layer): EncoderBlock => ({ forward: (...given) => layer.forward(...given) }));
    const encoder = plainBlocks ? new BertEncoder({ ...bert, layers: plain }) : bert;
    const weights = tf.randomNormal([6, 16], 0, 1, "float32", 5);
    const sumOf = (vectors: tf.Tensor, pooled: tf.Tensor): tf.Scalar =>
      tf.add(tf.sum(tf.mul(tf.reshape(vectors, [6, 16]), weights)), tf.sum(tf.square(pooled)));
    const asWhole = (): tf.Scalar => {
      const { sequenceOutput, pooledOutput } = encoder.forward(inputs(skipPadding), inference);
      return sumOf(gatherPositions(sequenceOutput, positions()), pooledOutput!);
    };
    const asPart = (): tf.Scalar => {
      const { sequenceOutput, pooledOutput } = encoder.forwardAt(inputs(skipPadding), positions(), inference);
      expect(sequenceOutput.shape).toEqual([2, 3, 16]);
      return sumOf(sequenceOutput, pooledOutput!);
    };
    const trained = [...variables(bert).values()];
    const [whole, part] = [tf.variableGrads(asWhole, trained), tf.variableGrads(asPart, trained)];
    expect(part.value.dataSync()).toBeAllClose(whole.value.dataSync());
    for (const [path, { name }] of variables(bert))
      expect(part.grads[name]!.dataSync(), path).toBeAllClose(whole.grads[name]!.dataSync(), {
        absolute: 1e-4,
        relative: 1e-4,
      });
    dispose(bert);
  });
});
