import { type BertConfig, bertSizes } from "@bertkit/encoder";
import type { PretrainSettings } from "./pretrain-settings.ts";

/** Settings of a recipe. Warm-up is a fraction of the steps, whatever their number. */
export interface PretrainRecipe extends Omit<PretrainSettings, "warmupSteps"> {
  readonly warmupFraction: number;
}

/** BERT's paper (Devlin et al., 2018, appendix A.2): 90 % of the steps at 128 tokens, 10 % at 512. */
const paper: PretrainRecipe = {
  size: "base",
  vocabularySize: 30_522,
  lowercase: true,
  sequenceLength: 128,
  longSequenceLength: 512,
  longFraction: 0.1,
  batchSize: 256,
  accumulate: 1,
  steps: 1_000_000,
  optimizer: "adamw",
  learningRate: 1e-4,
  matrixLearningRate: 0.02,
  schedule: "linear",
  warmupFraction: 0.01,
  weightDecay: 0.01,
  clipNorm: 1,
  biasCorrection: true,
  maskedLmProbability: 0.15,
  finalMaskedLmProbability: 0.15,
  wholeWordMasking: false,
  maskAgain: false,
  streamFrom: 32,
  packing: false,
  nextSentence: true,
  dropout: 0.1,
  initializerRange: 0.02,
  informedStart: false,
  checkpointing: false,
  heldOut: 0.05,
  evaluateEvery: 0,
  patience: 0,
  keepBest: 0,
  seed: 0,
};

/**
 * "minutes": a small BERT on little text, on a laptop, with what makes small models learn faster: Muon, initial
 * attention to neighboring tokens, and a masking rate that falls from 30 to 15 %. "paper": BERT's paper. "google": the
 * same with the optimizer of google-research/bert, whose rate jumps at the end of warm-up and whose Adam has no bias
 * correction.
 */
export const pretrainRecipes: Readonly<Record<"minutes" | "paper" | "google", PretrainRecipe>> = {
  minutes: {
    ...paper,
    size: "tiny",
    vocabularySize: 8192,
    sequenceLength: 64,
    longSequenceLength: 128,
    longFraction: 0,
    batchSize: 32,
    steps: 4000,
    optimizer: "muon",
    learningRate: 3e-3,
    matrixLearningRate: 8e-3,
    warmupFraction: 0.05,
    maskedLmProbability: 0.3,
    dropout: 0,
    initializerRange: 0.05,
    informedStart: true,
  },
  paper,
  google: { ...paper, schedule: "google", biasCorrection: false },
};

export type PretrainRecipeName = keyof typeof pretrainRecipes;

/** The encoder's config, from the settings and the vocabulary. */
export function configOf(settings: PretrainSettings, vocabularySize: number): BertConfig {
  const { size, longFraction, longSequenceLength, sequenceLength, dropout, initializerRange } = settings;
  const longest = Math.max(sequenceLength, longFraction > 0 ? longSequenceLength : 0);
  return {
    ...bertSizes[size],
    vocabularySize,
    maxPositionEmbeddings: Math.max(longest, Math.min(512, 2 * longest)),
    hiddenDropout: dropout,
    attentionDropout: dropout,
    initializerRange,
  };
}
