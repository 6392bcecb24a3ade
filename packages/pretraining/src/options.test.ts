import { Rng } from "@bertkit/nn";
import { expect, it } from "vitest";
import {
  blockInstances,
  countTokens,
  createInstances,
  documentIds,
  evaluatePretraining,
  linearMaskingRate,
  maskedLmObjective,
  MaskedLmHead,
  nearbyDocument,
  nextSentenceObjective,
  NextSentenceHead,
  pretrainingBatch,
  pretrainingBatches,
  pretrainingInstances,
  withinCorpora,
} from "./index.ts";

const vocabulary = { size: 20, classificationId: 1, separatorId: 2, maskId: 3 };
const documents = [[[5, 6, 7]], [[8, 9]]];
const random = new Rng(0);
const instance = {
  inputIds: Int32Array.of(1, 3, 2),
  tokenTypeIds: new Int32Array(3),
  maskedPositions: Int32Array.of(1),
  maskedIds: Int32Array.of(5),
  isRandomNext: false,
};
const encoder = { forward: () => {} } as never;

it.each([
  [() => createInstances(documents, { vocabulary, dupeFactor: 0 }, random), /^createInstances: dupeFactor must be/],
  [() => createInstances([], { vocabulary }, random), /^createInstances: no sentences in 0 documents/],
  [() => pretrainingInstances(documents, { vocabulary, passes: NaN }, random).next(), /^pretrainingInstances: passes/],
  [() => pretrainingInstances(documents, { vocabulary, shuffleBufferSize: -1 }, random).next(), /shuffleBufferSize/],
  [() => pretrainingBatch([], { length: 0, maxPredictions: 1 }), /^pretrainingBatch: length must be/],
  [() => pretrainingBatch([], { length: 8, maxPredictions: 0.5 }), /^pretrainingBatch: maxPredictions/],
  [
    () => [...pretrainingBatches([], { batchSize: NaN, length: 8, maxPredictions: 1 })],
    /^pretrainingBatches: batchSize/,
  ],
  [
    () => [...pretrainingBatches([], { batchSize: 1, length: 8, maxPredictions: 1, remainder: "pad" as "keep" })],
    /remainder must be one of drop, keep, got "pad"/,
  ],
  [
    () => createInstances([[[5, 20]]], { vocabulary }, random),
    /^createInstances: documents\[0\] has the id 20, outside a vocabulary of 20\./,
  ],
  [() => blockInstances([[[5, -1]]], { vocabulary }, random), /^blockInstances: documents\[0\] has the id -1/],
  [
    () => createInstances(documents, { vocabulary: { ...vocabulary, maskId: 20 } }, random),
    /vocabulary\.maskId must be/,
  ],
  [
    () => createInstances(documents, { vocabulary: { size: 20, maskId: 3 } as never }, random),
    /vocabulary\.classificationId must be a whole number from 0 to 19, got undefined\./,
  ],
  [
    () => createInstances(documents, { vocabulary, randomDocument: () => 2 }, random),
    /^randomDocument: must return an index from 0 to 1, got 2\./,
  ],
  [() => pretrainingBatch([], { length: 8, maxPredictions: 1 }), /^pretrainingBatch: needs at least one instance/],
  [
    () => pretrainingBatch([{ ...instance, maskedIds: Int32Array.of(5, 6) }], { length: 8, maxPredictions: 1 }),
    /1 maskedPositions and 2 maskedIds/,
  ],
  [() => countTokens([[[1, 20]]], 20), /^countTokens: ids must be from 0 to 19, got 20/],
  [() => countTokens([[[1]]], 0), /^countTokens: vocabularySize/],
  [() => nearbyDocument(NaN), /^nearbyDocument: distance/],
  [() => withinCorpora([2, 0], nearbyDocument(1)), /^withinCorpora: sizes\[1\]/],
  [() => withinCorpora([2, 1], [nearbyDocument(1)]), /needs a draw for each of 2 corpora, got 1/],
])("rejects an invalid value: %s", (make, message) => {
  expect(make).toThrow(RangeError);
  expect(make).toThrow(message);
});

it.each([
  [
    () => createInstances(documents, { vocabulary, maxLength: 12 } as never, random),
    "createInstances: no option is called maxLength.",
  ],
  [
    () => pretrainingInstances(documents, { vocabulary, pass: 1 } as never, random).next(),
    "pretrainingInstances: no option is called pass.",
  ],
  [() => linearMaskingRate({ from: 0, to: 0, steps: 1 } as never), "linearMaskingRate: no option is called steps."],
  [() => new MaskedLmHead({ encoder, rng: random, epsilon: 1 } as never), "MaskedLmHead: no option is called epsilon."],
  [() => new NextSentenceHead({ encoder } as never), "NextSentenceHead: rng must be an Rng, got undefined."],
  [
    () => documentIds("A text." as never, {} as never),
    'documentIds: sentences must be a list of texts, got "A text.".',
  ],
  [() => countTokens("text" as never, 3), "countTokens: documents must be a list of documents"],
  [() => maskedLmObjective(undefined as never), "maskedLmObjective: the head must be a MaskedLmHead, got undefined."],
  [
    () => nextSentenceObjective(undefined as never),
    "nextSentenceObjective: the head must be a NextSentenceHead, got undefined.",
  ],
])("rejects %s", (make, message) => {
  expect(make).toThrow(TypeError);
  expect(make).toThrow(message);
});

it("reports that no batch is full, and that there is nothing to evaluate", async () => {
  const instances = createInstances(documents, { vocabulary, dupeFactor: 1 }, random);
  const shape = { batchSize: 1000, length: 128, maxPredictions: 20 };
  expect(() => [...pretrainingBatches(instances, shape)]).toThrow(
    /instances do not fill a batch of 1000.*remainder: "keep"/,
  );
  expect([...pretrainingBatches(instances, { ...shape, remainder: "keep" })]).toHaveLength(1);
  await expect(evaluatePretraining({ encoder, batches: [] })).rejects.toThrow("there is no head to evaluate");
  await expect(evaluatePretraining({ encoder, maskedLm: { forward: () => {} } as never, batches: [] })).rejects.toThrow(
    "batches has no instance",
  );
});

it("treats undefined as omitted", () => {
  const make = (options: object): unknown =>
    createInstances(documents, { vocabulary, dupeFactor: 1, ...options }, new Rng(1));
  expect(make({ maxSequenceLength: undefined, maskedLmProbability: undefined, randomDocument: undefined })).toEqual(
    make({}),
  );
});
