import { bertSizes, type BertConfig, type NeighbourAttentionOptions } from "@bertkit/encoder";

/** Everything that decides a run but the seed. */
export interface Recipe {
  name: string;
  /** Files and folders of text of one's own, in place of the addresses. */
  text?: string[];
  vocabularySize: number;
  model: Omit<BertConfig, "vocabularySize">;
  /** How the first layer's heads start; a model with fewer heads takes the first offsets. */
  start: NeighbourAttentionOptions;
  /** Whether half of the mails, whose labels nobody looks at, are pretrained on beside the addresses. */
  readsMails: boolean;
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
  /** Muon's peak rate, for the matrices of the layers. */
  muonLearningRate: number;
  /** AdamW's peak rate, for everything else. */
  adamLearningRate: number;
  /** Share of the steps over which the rates rise. */
  warmupShare: number;
  /** The first and the last share of tokens to predict, and in how many stages it changes. */
  masking: { from: number; to: number; stages: number };
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
  batchSize: 32,
  steps: 4000,
  muonLearningRate: 0.008,
  adamLearningRate: 3e-3,
  warmupShare: 0.05,
  masking: { from: 0.3, to: 0.15, stages: 4 },
  nearbyRandomNext: 0.75,
};

/** The token before and the token after: what mostly tells a hidden word. */
const start: NeighbourAttentionOptions = { offsets: [-1, 1], positionScale: 1.14 };

const model = { ...bertSizes.tiny, ...briefTraining };

export const recipes: Readonly<Record<"default" | "long", Recipe>> = {
  default: {
    name: "default",
    vocabularySize: 8192,
    model,
    start,
    readsMails: true,
    pretraining,
    fineTuning,
  },
  long: {
    name: "long",
    vocabularySize: 8192,
    model,
    start,
    readsMails: false,
    pretraining: { ...pretraining, batchSize: 64, steps: 10_000, warmupShare: 0.02 },
    furtherPretraining: { ...pretraining, batchSize: 64, steps: 6000, warmupShare: 0.02, nearbyRandomNext: 0 },
    fineTuning: { ...fineTuning, draws: 8 },
  },
};
