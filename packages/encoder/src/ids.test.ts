// An id out of range throws the same error on every backend.
import { useBackend } from "@bertkit/backend";
import { inference, Rng } from "@bertkit/nn";
import { checkIds, embeddingLookup, gatherPositions, softmaxCrossEntropy } from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, describe, expect, it } from "vitest";
import { bertInputs, bertSizes, createBert, type Bert } from "./index.ts";

function tiny(typeVocabularySize: number): Bert {
  const size = { hiddenSize: 4, attentionHeads: 2, intermediateSize: 4, hiddenLayers: 1 };
  return createBert({ ...bertSizes.tiny, ...size, typeVocabularySize, vocabularySize: 5 }, new Rng(0));
}

function outputOf(bert: Bert, id: number, type: number): ArrayLike<number> {
  const inputs = bertInputs({
    inputIds: Int32Array.of(id, 1),
    attentionMask: Int32Array.of(1, 1),
    tokenTypeIds: Int32Array.of(0, type),
    shape: [1, 2],
  });
  return bert.forward(inputs, inference).sequenceOutput.dataSync();
}

const ids = (...values: number[]): tf.Tensor1D => tf.tensor1d(values, "int32");
const positions = (...values: number[]): tf.Tensor2D => tf.tensor2d(values, [2, 1], "int32");

const wrong: [string, () => unknown, string][] = [
  [
    "a token type out of range",
    () => outputOf(tiny(2), 0, 5),
    "BertEmbeddings: tokenTypeIds must be from 0 to 1, got 5.",
  ],
  ["a second token type", () => outputOf(tiny(1), 0, 1), "BertEmbeddings: tokenTypeIds must be from 0 to 0, got 1."],
  ["a token id out of range", () => outputOf(tiny(2), 5, 0), "embeddingLookup: ids must be from 0 to 4, got 5."],
  [
    "a negative id",
    () => embeddingLookup(tf.ones([3, 2]), ids(-1)),
    "embeddingLookup: ids must be from 0 to 2, got -1.",
  ],
  [
    "a position past the end of its row",
    () => gatherPositions(tf.ones([2, 4, 2]), positions(0, 4)),
    "gatherPositions: positions must be from 0 to 3, got 4.",
  ],
  [
    "a label out of range",
    () => softmaxCrossEntropy(tf.ones([2, 2]), ids(1, 2)),
    "softmaxCrossEntropy: labels must be from 0 to 1, got 2.",
  ],
  [
    "a label of -100",
    () => softmaxCrossEntropy(tf.ones([1, 2]), ids(-100)),
    "softmaxCrossEntropy: labels must be from 0 to 1, got -100.",
  ],
];

describe.each(["cpu", "wasm", "node"] as const)("on %s", (backend) => {
  afterAll(() => useBackend("cpu"));

  it.each(wrong)("rejects %s", async (_, compute, message) => {
    await useBackend(backend);
    expect(compute).toThrow(RangeError);
    expect(compute).toThrow(message);
  });

  it("computes loss and gradient with a single class", async () => {
    await useBackend(backend);
    const logits = tf.tensor2d([[3], [-2]]);
    expect([...softmaxCrossEntropy(logits, ids(0, 0)).dataSync()]).toBeAllClose([0, 0]);
    const gradient = tf.grad((x) => tf.sum(softmaxCrossEntropy(x as tf.Tensor2D, ids(0, 0))))(logits);
    expect([...gradient.dataSync()]).toBeAllClose([0, 0]);
  });

  it("runs and trains a model of one token type", async () => {
    await useBackend(backend);
    const bert = tiny(1);
    const { table } = bert.embeddings.tokenType!;
    expect(Array.from(outputOf(bert, 2, 0)).every(Number.isFinite)).toBe(true);
    const inputs = {
      inputIds: tf.zeros<tf.Rank.R2>([2, 3], "int32"),
      tokenTypeIds: tf.zeros<tf.Rank.R2>([2, 3], "int32"),
    };
    const first = (): tf.Scalar =>
      tf.sum(tf.slice(bert.forward(inputs, inference).sequenceOutput, [0, 0, 0], [1, 1, 1]));
    const gradient = tf.variableGrads(first, [table]).grads[table.name]!;
    expect(Array.from(gradient.dataSync()).some((value) => value !== 0)).toBe(true);
  });

  it("does not read back ids that were computed on the device", async () => {
    await useBackend(backend);
    expect(() => checkIds("f", "ids", tf.add(ids(0, 1), 0), 2)).not.toThrow();
  });
});

it("packed sequences need positions, which would otherwise go on from the sequence before", () => {
  const encoded = {
    inputIds: Int32Array.of(1, 2),
    attentionMask: Int32Array.of(1, 1),
    tokenTypeIds: Int32Array.of(0, 0),
    sequenceIds: Int32Array.of(1, 2),
    shape: [1, 2] as const,
  };
  expect(() => bertInputs(encoded)).toThrow("bertInputs: sequenceIds need positionIds");
  expect(bertInputs({ ...encoded, positionIds: Int32Array.of(0, 0) }).positionIds?.shape).toEqual([1, 2]);
});

it.each([2, -1, NaN])("a mask has only 0 and 1, got %d", (value) => {
  const encoded = {
    inputIds: Int32Array.of(1, 2, 0),
    attentionMask: [1, value, 0] as never,
    tokenTypeIds: Int32Array.of(0, 0, 0),
    shape: [1, 3] as const,
  };
  expect(() => bertInputs(encoded)).toThrow(
    new RangeError(
      `bertInputs: attentionMask must be 1 for tokens and 0 for padding, got ${value}. Pass the numbers of packed sequences as sequenceIds.`,
    ),
  );
});
