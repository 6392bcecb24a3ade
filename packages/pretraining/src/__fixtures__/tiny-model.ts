import { type Bert, createBert } from "@bertkit/encoder";
import { Rng } from "@bertkit/nn";

import { MaskedLmHead } from "../masked-lm-head.ts";
import { NextSentenceHead } from "../next-sentence-head.ts";
import { pretrainingBatch, type PretrainingBatch } from "../pretraining-batch.ts";
import { pretrainingInstances } from "../pretraining-instances.ts";
import { smallCorpus, smallVocabulary } from "./small-corpus.ts";

/** A model of the small vocabulary with weights large enough that its gradients can be measured. */
export function tinyModel(seed = 0): { encoder: Bert; maskedLm: MaskedLmHead; nextSentence: NextSentenceHead } {
  const rng = new Rng(seed);
  const initializerRange = 0.4;
  const encoder = createBert(
    {
      vocabularySize: smallVocabulary.size,
      hiddenSize: 8,
      hiddenLayers: 1,
      attentionHeads: 2,
      intermediateSize: 12,
      maxPositionEmbeddings: 24,
      typeVocabularySize: 2,
      hiddenDropout: 0.1,
      attentionDropout: 0.1,
      layerNormEpsilon: 1e-12,
      activation: "gelu",
      initializerRange,
      pooler: true,
    },
    rng,
  );
  return {
    encoder,
    maskedLm: new MaskedLmHead({ encoder, rng, initializerRange }),
    nextSentence: new NextSentenceHead({ encoder, rng, initializerRange }),
  };
}

/** A batch of the small corpus: 16 tokens, at most 3 predictions a row. */
export function smallBatch(rows: number, seed = 0): PretrainingBatch {
  const options = { vocabulary: smallVocabulary, maxSequenceLength: 16, maxPredictionsPerSequence: 3 };
  const stream = pretrainingInstances(smallCorpus(), options, new Rng(seed));
  const instances = Array.from({ length: rows }, () => stream.next().value!);
  return pretrainingBatch(instances, { length: 16, maxPredictions: 3 });
}
