import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { dispose, inference, Rng } from "@bertkit/nn";

import { bertInputs, bertSizes, createBert, forwardFirst, type Bert, type Encoder } from "./index.ts";

beforeAll(() => tf.setBackend("cpu"));

const config = { ...bertSizes.tiny, vocabularySize: 30, hiddenSize: 16, attentionHeads: 2, intermediateSize: 32 };
const inputs = bertInputs({
  inputIds: Int32Array.of(2, 7, 9, 3, 0, 2, 8, 11, 5, 3),
  attentionMask: Int32Array.of(1, 1, 1, 1, 0, 1, 1, 1, 1, 1),
  tokenTypeIds: new Int32Array(10),
  shape: [2, 5],
});

/** A BERT, and the shapes of what its last block's parts were given. */
function watched(): { bert: Bert; shapes: Record<string, number[]> } {
  const shapes: Record<string, number[]> = {};
  const bert = createBert({ ...config, initializerRange: 0.5, hiddenDropout: 0.3 }, new Rng(1));
  const last = bert.layers.at(-1)!;
  const parts = { ...(last.attention as object), feedForward: last.feedForward } as Record<string, unknown>;
  for (const name of ["query", "key", "value", "output", "feedForward"]) {
    const part = parts[name] as { forward(x: tf.Tensor2D): tf.Tensor2D };
    const forward = part.forward.bind(part);
    part.forward = (x) => {
      shapes[name] = x.shape;
      return forward(x);
    };
  }
  return { bert, shapes };
}

test("in inference the last block computes keys and values of all tokens, everything else of the first", () => {
  const { bert, shapes } = watched();
  const whole = bert.forward(inputs, inference);
  expect(shapes["feedForward"]).toEqual([10, 16]);
  const before = tf.memory().numTensors;
  const { sequenceOutput, pooledOutput } = forwardFirst(bert, inputs, inference);
  expect(tf.memory().numTensors).toBe(before + 2);
  expect(shapes).toEqual({ query: [2, 16], key: [10, 16], value: [10, 16], output: [2, 16], feedForward: [2, 16] });
  expect(sequenceOutput.shape).toEqual([2, 1, 16]);
  expect(sequenceOutput.dataSync()).toBeAllClose(tf.slice(whole.sequenceOutput, 0, [2, 1, 16]).dataSync(), { absolute: 1e-5, relative: 0 }); // prettier-ignore
  expect(pooledOutput!.dataSync()).toBeAllClose(whole.pooledOutput!.dataSync(), { absolute: 1e-5, relative: 0 });
  dispose(bert);
});

test("in training, and with an encoder that cannot, it is forward, with the same dropout", () => {
  const { bert } = watched();
  const training = () => ({ training: true, rng: new Rng(4) });
  const [first, whole] = [forwardFirst(bert, inputs, training()), bert.forward(inputs, training())];
  expect(first.sequenceOutput.dataSync()).toEqual(whole.sequenceOutput.dataSync());
  expect(first.pooledOutput!.dataSync()).toEqual(whole.pooledOutput!.dataSync());
  const plain: Encoder = { hiddenSize: 16, forward: (...given) => bert.forward(...given) };
  expect(forwardFirst(plain, inputs, inference).sequenceOutput.shape).toEqual([2, 5, 16]);
  dispose(bert);
});
