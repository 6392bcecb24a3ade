import { bertSizes, type BertConfig } from "@bertkit/encoder";

/** Everything that decides a run but the seed. */
export interface Recipe {
  name: string;
  vocabularySize: number;
  model: Omit<BertConfig, "vocabularySize">;
  pretraining: PretrainingPlan;
  /** What a copy of the pretrained model then learns from mails whose labels nobody looks at. Absent: nothing. */
  furtherPretraining?: PretrainingPlan;
  fineTuning: FineTuning;
}

export interface PretrainingPlan {
  /** Tokens in an instance, [CLS] and both [SEP] included. */
  sequenceLength: number;
  batchSize: number;
  /** Updates. */
  steps: number;
  peakLearningRate: number;
  /** Share of the steps over which the rate rises. */
  warmupShare: number;
  /**
   * Share of the random next segments that come from the ten addresses before and after; the rest come from any.
   * Two centuries of addresses give a random segment away by its age, which says nothing about the last addresses.
   */
  nearbyRandomNext: number;
}

export interface FineTuning {
  /** How often mails are drawn, to train and measure every classifier on. */
  draws: number;
  /** Mails to train on, and mails kept aside. */
  trainingMails: number;
  evaluationMails: number;
  /** Tokens of a mail that are read: the subject and the beginning of the body. */
  length: number;
  batchSize: number;
  epochs: number;
  /** Peak rates with the encoder frozen, and with everything tuned. */
  frozenLearningRate: number;
  tunedLearningRate: number;
}

export const sizes = {
  tiny: published("tiny"),
  mini: published("mini"),
  small: published("small"),
} as const;

export type SizeName = keyof typeof sizes;

function published(
  name: "tiny" | "mini" | "small",
): Pick<BertConfig, "hiddenLayers" | "hiddenSize" | "attentionHeads" | "intermediateSize"> {
  const { hiddenLayers, hiddenSize, attentionHeads, intermediateSize } = bertSizes[name];
  return { hiddenLayers, hiddenSize, attentionHeads, intermediateSize };
}

/** Few passes over the text: nothing to drop, and larger first weights than the 0.02 of longer training. */
const briefTraining = { hiddenDropout: 0, attentionDropout: 0, maxPositionEmbeddings: 128, initializerRange: 0.05 };

const fineTuning: FineTuning = {
  draws: 3,
  trainingMails: 300,
  evaluationMails: 1000,
  length: 64,
  batchSize: 16,
  epochs: 6,
  frozenLearningRate: 2e-2,
  tunedLearningRate: 1e-3,
};

const pretraining: PretrainingPlan = {
  sequenceLength: 64,
  batchSize: 64,
  steps: 1300,
  peakLearningRate: 1.2e-3,
  warmupShare: 0.05,
  nearbyRandomNext: 0.75,
};

export const recipes: Readonly<Record<"default" | "long", Recipe>> = {
  default: {
    name: "default",
    vocabularySize: 8192,
    model: { ...bertSizes.tiny, ...briefTraining },
    pretraining,
    fineTuning,
  },
  long: {
    name: "long",
    vocabularySize: 8192,
    model: { ...bertSizes.tiny, ...briefTraining },
    pretraining: { ...pretraining, steps: 10_000, peakLearningRate: 1e-3, warmupShare: 0.02 },
    furtherPretraining: {
      ...pretraining,
      steps: 6000,
      peakLearningRate: 1e-3,
      warmupShare: 0.02,
      nearbyRandomNext: 0,
    },
    fineTuning: { ...fineTuning, draws: 8 },
  },
};
