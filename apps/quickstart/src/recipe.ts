import { bertSizes, type BertConfig, type NeighborAttentionOptions } from "@bertkit/encoder";

/** All settings of a run except the seed. */
export interface Recipe {
  name: string;
  /** Files and folders of your own text, instead of the addresses. */
  text?: string[];
  vocabularySize: number;
  model: Omit<BertConfig, "vocabularySize">;
  /** Initialization of the first layer's heads; a model with fewer heads uses the first offsets. */
  start: NeighborAttentionOptions;
  /** Whether half of the mails, without labels, are also pretraining data. */
  readsMails: boolean;
  pretraining: PretrainingPlan;
  /** Further pretraining of a copy of the model on mails without labels. Default none. */
  furtherPretraining?: PretrainingPlan;
  fineTuning: FineTuning;
}

export interface PretrainingPlan {
  /** Tokens per instance, including [CLS] and both [SEP]. */
  sequenceLength: number;
  batchSize: number;
  /** Updates. */
  steps: number;
  /** Muon's peak rate, for the matrices of the layers. */
  muonLearningRate: number;
  /** AdamW's peak rate, for everything else. */
  adamLearningRate: number;
  /** Fraction of the steps for warm-up. */
  warmupFraction: number;
  /** The initial and final fraction of tokens to predict, and the number of stages. */
  masking: { from: number; to: number; stages: number };
  /**
   * Fraction of the random next segments that come from the ten addresses before and after; the rest come from any.
   * Otherwise, over two centuries of addresses, a random segment is recognized by its age, which does not generalize to
   * the last addresses.
   */
  nearbyRandomNext: number;
}

export interface FineTuning {
  /** Number of random draws of mails on which every classifier is trained and evaluated. */
  draws: number;
  /** Number of training mails and of held-out mails. */
  trainingMails: number;
  evaluationMails: number;
  /** Maximum tokens per mail: the subject and the beginning of the body. */
  length: number;
  batchSize: number;
  epochs: number;
  /** Peak rate with the encoder frozen. */
  frozenLearningRate: number;
  /** Peak rate with everything tuned. */
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

/** For few passes over the text: no dropout, and larger initial weights than the 0.02 of longer training. */
const briefTraining = { hiddenDropout: 0, attentionDropout: 0, maxPositionEmbeddings: 128, initializerRange: 0.05 };

/** Few labels: the fewer there are, the more pretraining pays. */
const fineTuning: FineTuning = {
  draws: 8,
  trainingMails: 100,
  evaluationMails: 1000,
  length: 64,
  batchSize: 16,
  epochs: 18,
  frozenLearningRate: 2e-2,
  tunedLearningRate: 5e-4,
};

const pretraining: PretrainingPlan = {
  sequenceLength: 64,
  batchSize: 32,
  steps: 4000,
  muonLearningRate: 0.008,
  adamLearningRate: 3e-3,
  warmupFraction: 0.05,
  masking: { from: 0.3, to: 0.15, stages: 4 },
  nearbyRandomNext: 0.75,
};

/** The previous and the next token, the best predictors of a masked word. */
const start: NeighborAttentionOptions = { offsets: [-1, 1], positionScale: 1.14 };

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
    pretraining: { ...pretraining, steps: 20_000, warmupFraction: 0.02 },
    furtherPretraining: { ...pretraining, steps: 12_000, warmupFraction: 0.02, nearbyRandomNext: 0 },
    fineTuning,
  },
};
