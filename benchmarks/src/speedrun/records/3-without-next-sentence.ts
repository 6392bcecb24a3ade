import {
  bertSizes,
  createBert,
  startWithNeighborAttention,
  startWithWordVectors,
  type BertConfig,
} from "@bertkit/encoder";
import { Rng } from "@bertkit/nn";
import {
  anyDocument,
  linearMaskingRate,
  maskedLmObjective,
  MaskedLmHead,
  nearbyDocument,
  pretrainingBatches,
  pretrainingInstances,
  wordVectors,
} from "@bertkit/pretraining";
import { adamW, muon, optimizerByPath, ProgressLine, train, warmupLinearDecay } from "@bertkit/training";

import { length, type SpeedrunRecord } from "../task.ts";

const steps = 7000;
const batchSize = 32;

/** The quickstart's default recipe on only the addresses, 1.75 times as long, without next-sentence prediction. */
export const record: SpeedrunRecord = {
  changed: "masked LM alone; before: also next-sentence prediction",
  async train({ documents, vocabulary, logFrequencies, seed, onStep }) {
    const rng = new Rng(seed);
    const config: BertConfig = {
      ...bertSizes.tiny,
      vocabularySize: vocabulary.size,
      hiddenDropout: 0,
      attentionDropout: 0,
      maxPositionEmbeddings: 128,
      initializerRange: 0.05,
    };
    const encoder = createBert(config, rng);
    const words = wordVectors(documents, { vocabularySize: vocabulary.size, size: config.hiddenSize }, new Rng(seed));
    startWithWordVectors(encoder, words);
    startWithNeighborAttention(encoder, { offsets: [-1, 1], positionScale: 1.14 });
    const head = new MaskedLmHead({ ...config, encoder, rng, outputBias: logFrequencies });
    const objective = maskedLmObjective(head);
    const rate = (peak: number) => warmupLinearDecay({ peak, warmupSteps: steps / 20, totalSteps: steps });
    const optimizer = optimizerByPath([
      {
        optimizer: muon({ learningRate: rate(0.008) }),
        updates: (path) => /\.layers\.\d+\..*\.kernel$/.test(path),
      },
      { optimizer: adamW({ learningRate: rate(0.003) }) },
    ]);
    const near = nearbyDocument(10);
    const maskedLmProbability = linearMaskingRate({ from: 0.3, to: 0.15, instances: steps * batchSize, stages: 4 });
    const instances = pretrainingInstances(
      documents,
      {
        vocabulary,
        maxSequenceLength: length,
        maxPredictionsPerSequence: Math.ceil(length * 0.3),
        maskedLmProbability,
        randomDocument: (...draw) => (draw[2].random() < 0.75 ? near : anyDocument)(...draw),
      },
      new Rng(seed),
    );
    const batches = pretrainingBatches(instances, {
      batchSize,
      length,
      maxPredictions: (batch) => Math.ceil(length * maskedLmProbability(batch * batchSize)),
    });
    const progress = new ProgressLine({ totalSteps: steps, tokensPerStep: batchSize * length });
    for await (const step of train({
      model: { encoder, objective },
      batches,
      optimizer,
      rng: rng.split(),
      steps,
      loss: (batch, context) => objective.loss(encoder, batch, context),
    }))
      onStep(progress.add(step));
    optimizer.dispose();
    return { config, encoder, maskedLm: head };
  },
};
