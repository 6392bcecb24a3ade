import * as pretraining from "@bertkit/pretraining";
import * as tf from "@tensorflow/tfjs-core";
import type { Calls } from "../call.ts";
import { batch, bert, documents, instanceShape, maskedLm, pretrainingVocabulary, rng } from "../fixtures.ts";

const instances = (): pretraining.PretrainingInstance[] =>
  pretraining.createInstances(
    documents,
    { vocabulary: pretrainingVocabulary, dupeFactor: 1, maxSequenceLength: 8 },
    rng(),
  );

export const pretrainingCalls: Calls = {
  "@bertkit/pretraining: createInstances(options)": {
    call: (options) => pretraining.createInstances(documents, options, rng()),
    required: () => ({ vocabulary: pretrainingVocabulary, dupeFactor: 1 }),
  },
  "@bertkit/pretraining: evaluatePretraining(options)": {
    call: (options) => pretraining.evaluatePretraining(options),
    required: () => ({ encoder: bert, maskedLm, batches: [pretraining.pretrainingBatch(instances(), instanceShape)] }),
  },
  "@bertkit/pretraining: fillMask(options)": {
    call: (options) => pretraining.fillMask(options),
    required: () => ({ encoder: bert, head: maskedLm, batch, maskId: 4 }),
  },
  "@bertkit/pretraining: new MaskedLmHead(options)": {
    call: (options) => new pretraining.MaskedLmHead(options),
    required: () => ({ encoder: bert, rng: rng() }),
  },
  "@bertkit/pretraining: new NextSentenceHead(options)": {
    call: (options) => new pretraining.NextSentenceHead(options),
    required: () => ({ encoder: bert, rng: rng() }),
  },
  "@bertkit/pretraining: linearMaskingRate(options)": {
    call: (options) => pretraining.linearMaskingRate(options),
    required: () => ({ from: 0.1, to: 0.2, instances: 10, stages: 2 }),
  },
  "@bertkit/pretraining: objective(options)": {
    call: (options) => pretraining.objective({}, () => ({ loss: tf.scalar(0), metrics: {} }), options),
  },
  "@bertkit/pretraining: pretrainingBatch(shape)": {
    call: (options) => pretraining.pretrainingBatch(instances(), options),
    required: () => instanceShape,
  },
  "@bertkit/pretraining: pretrainingBatches(options)": {
    call: (options) => pretraining.pretrainingBatches(instances(), options),
    required: () => ({ ...instanceShape, batchSize: 1 }),
  },
  "@bertkit/pretraining: pretrainingInstances(options)": {
    call: (options) => pretraining.pretrainingInstances(documents, options, rng()).next(),
    required: () => ({ vocabulary: pretrainingVocabulary, shuffleBufferSize: 2 }),
  },
  "@bertkit/pretraining: shareBatches(options)": {
    call: (options) => {
      const shares = pretraining.shareBatches([pretraining.pretrainingBatch(instances(), instanceShape)], options);
      return shares[Symbol.asyncIterator]();
    },
  },
  "@bertkit/pretraining: wordVectors(options)": {
    call: (options) => pretraining.wordVectors(documents, options, rng()),
    required: () => ({ vocabularySize: 20, size: 2 }),
  },
  "@bertkit/pretraining: blockInstances(options)": {
    call: (options) => pretraining.blockInstances(documents, options, rng()),
    required: () => ({ vocabulary: pretrainingVocabulary }),
  },
  "@bertkit/pretraining: instanceFeatures(options)": {
    call: (options) => pretraining.instanceFeatures(instances()[0]!, options),
    required: () => instanceShape,
  },
  "@bertkit/pretraining: instancesFeatures(options)": {
    call: (options) => [...pretraining.instancesFeatures(instances(), options)],
    required: () => instanceShape,
  },
  "@bertkit/pretraining: packInstances(options)": {
    call: (options) => [...pretraining.packInstances(instances(), options)],
    required: () => ({ length: instanceShape.length }),
  },
  "@bertkit/pretraining: maskAgain(options)": {
    call: (options) => pretraining.maskAgain(options)(instances()[0]!, rng()),
    required: () => ({ vocabulary: pretrainingVocabulary }),
  },
};
