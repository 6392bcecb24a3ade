import { number, oneOf, trueOrFalse, wholeNumber, type Rule, type Rules } from "@bertkit/checks";
import { bertSizes } from "@bertkit/encoder";

export type PretrainSize = keyof typeof bertSizes;
export const optimizerNames = ["adamw", "adafactor", "lamb", "muon", "nadam", "sgd"] as const;
export const scheduleNames = ["linear", "google", "cosine", "polynomial", "constant", "trapezoid"] as const;

/** All that decides a pretraining run beside its text; plain JSON. */
export interface PretrainSettings {
  /** One of BERT's published sizes. */
  readonly size: PretrainSize;
  /** Tokens of a vocabulary that is trained from the text, special ones included. */
  readonly vocabularySize: number;
  /** Whether text is lowercased, and accents stripped. */
  readonly lowercase: boolean;
  /** Tokens of an instance, special ones included. */
  readonly sequenceLength: number;
  /** The same for the last part of the steps. */
  readonly longSequenceLength: number;
  /** Share of the steps with `longSequenceLength`, at the end. */
  readonly longShare: number;
  /** Instances of one update. */
  readonly batchSize: number;
  /** In how many parts a batch is computed, to save memory. The update is the same. */
  readonly accumulate: number;
  /** Updates. */
  readonly steps: number;
  /** "muon": for the matrices of the layers, with AdamW for everything else. */
  readonly optimizer: (typeof optimizerNames)[number];
  /** The highest rate. */
  readonly learningRate: number;
  /** Muon's highest rate. */
  readonly matrixLearningRate: number;
  readonly schedule: (typeof scheduleNames)[number];
  /** Updates over which the rate rises. */
  readonly warmupSteps: number;
  readonly weightDecay: number;
  /** Largest global norm of the gradients. */
  readonly clipNorm: number;
  /** AdamW's; google-research/bert has none. */
  readonly biasCorrection: boolean;
  /** Share of an instance's tokens to predict. */
  readonly maskedLmProbability: number;
  /** The share at the end, reached in four stages. */
  readonly finalMaskedLmProbability: number;
  /** Mask all pieces of a word or none. */
  readonly wholeWordMasking: boolean;
  /** Of shards, whose instances are masked already: draw other masks in each pass, by the settings here. */
  readonly maskAgain: boolean;
  /** Text of so many MiB and more is read while it is trained on; smaller text is held in memory. */
  readonly streamFrom: number;
  /**
   * Fill each row with whole documents, or pieces of them, which attend to themselves alone (`packInstances`): hardly a
   * token is padding. Without `nextSentence`; the text is read while it is trained on.
   */
  readonly packing: boolean;
  /** Whether to predict the next sentence too. */
  readonly nextSentence: boolean;
  readonly dropout: number;
  /** Standard deviation of the initial weights. */
  readonly initializerRange: number;
  /**
   * Whether the model starts with what can be counted or is known: output biases at the tokens' log frequencies, and first
   * heads that look at the tokens before and after (`startWithNeighbourAttention`).
   */
  readonly informedStart: boolean;
  /** Activation checkpointing: less memory, more time. */
  readonly checkpointing: boolean;
  /** Share of the documents that are held out for evaluation; with fewer than twenty documents none are. */
  readonly heldOut: number;
  /** Steps between two evaluations; 0 evaluates at the end alone. */
  readonly evaluateEvery: number;
  /** Stops after so many evaluations without a lower loss; 0 never does. */
  readonly patience: number;
  /** How many of the best models to keep, by their loss at evaluations, in the folder `best`. */
  readonly keepBest: number;
  /** Decides every random draw. */
  readonly seed: number;
}

const share: Rule = number({ from: 0, to: 1 });

/** What each setting must be. */
export const settingRules: Rules<PretrainSettings> & Readonly<Record<keyof PretrainSettings, Rule>> = {
  size: oneOf(Object.keys(bertSizes)),
  vocabularySize: wholeNumber(6),
  lowercase: trueOrFalse,
  sequenceLength: wholeNumber(8),
  longSequenceLength: wholeNumber(8),
  longShare: share,
  batchSize: wholeNumber(1),
  accumulate: wholeNumber(1),
  steps: wholeNumber(1),
  optimizer: oneOf(optimizerNames),
  learningRate: number({ above: 0 }),
  matrixLearningRate: number({ above: 0 }),
  schedule: oneOf(scheduleNames),
  warmupSteps: wholeNumber(),
  weightDecay: number({ from: 0 }),
  clipNorm: number({ above: 0 }),
  biasCorrection: trueOrFalse,
  maskedLmProbability: number({ above: 0, to: 1 }),
  finalMaskedLmProbability: number({ above: 0, to: 1 }),
  wholeWordMasking: trueOrFalse,
  maskAgain: trueOrFalse,
  streamFrom: number({ from: 0 }),
  packing: trueOrFalse,
  nextSentence: trueOrFalse,
  dropout: number({ from: 0, below: 1 }),
  initializerRange: number({ above: 0 }),
  informedStart: trueOrFalse,
  checkpointing: trueOrFalse,
  heldOut: number({ from: 0, below: 1 }),
  evaluateEvery: wholeNumber(),
  patience: wholeNumber(),
  keepBest: wholeNumber(),
  seed: wholeNumber(),
};
