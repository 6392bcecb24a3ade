import { number, oneOf, trueOrFalse, wholeNumber, type Rule, type Rules } from "@bertkit/checks";
import { bertSizes } from "@bertkit/encoder";

export type PretrainSize = keyof typeof bertSizes;
export const optimizerNames = ["adamw", "adafactor", "lamb", "muon", "nadam", "sgd"] as const;
export const scheduleNames = ["linear", "google", "cosine", "polynomial", "constant", "trapezoid"] as const;

/** All settings of a pretraining run, as plain JSON. With the text and the tokenizer they determine it. */
export interface PretrainSettings {
  /** One of the published sizes of BERT. */
  readonly size: PretrainSize;
  /** Number of tokens of a vocabulary that is trained on the text, including special ones. */
  readonly vocabularySize: number;
  /** Whether to lowercase the text and strip accents. */
  readonly lowercase: boolean;
  /** Maximum tokens of an instance, including special ones. */
  readonly sequenceLength: number;
  /** The same for the last steps. */
  readonly longSequenceLength: number;
  /** Fraction of the steps, at the end, that have `longSequenceLength`. */
  readonly longFraction: number;
  /** Instances of one update. */
  readonly batchSize: number;
  /** Number of parts in which a batch is computed, to save memory. The update is the same. */
  readonly accumulate: number;
  /** Updates. */
  readonly steps: number;
  /** "muon": for the matrices of the layers, with AdamW for everything else. */
  readonly optimizer: (typeof optimizerNames)[number];
  /** Peak learning rate. */
  readonly learningRate: number;
  /** Peak learning rate of Muon; only for the optimizer "muon". */
  readonly matrixLearningRate: number;
  readonly schedule: (typeof scheduleNames)[number];
  /** Number of updates in which the rate rises. */
  readonly warmupSteps: number;
  /** Decoupled weight decay of AdamW (also that beside Muon), Adafactor and LAMB. Muon, NAdam and SGD have none. */
  readonly weightDecay: number;
  /** Maximum global norm of the gradients. Those of Muon's matrices are neither counted nor clipped. */
  readonly clipNorm: number;
  /** Bias correction of AdamW (also that beside Muon) and LAMB; google-research/bert has none. */
  readonly biasCorrection: boolean;
  /** Fraction of an instance's tokens to predict. */
  readonly maskedLmProbability: number;
  /** The fraction at the end, reached in four stages. */
  readonly finalMaskedLmProbability: number;
  /** Mask all pieces of a word or none. */
  readonly wholeWordMasking: boolean;
  /** For shards, whose instances are masked already: mask them again in each pass, with these settings. */
  readonly maskAgain: boolean;
  /** Text of at least this many MiB is read during training; smaller text is held in memory. */
  readonly streamFrom: number;
  /**
   * Fill each row with several documents, or pieces of them, each of which attends only to itself (`packInstances`), so
   * that there is hardly any padding. Needs `nextSentence` false. The text is read during training.
   */
  readonly packing: boolean;
  /** Whether to train next-sentence prediction as well. */
  readonly nextSentence: boolean;
  readonly dropout: number;
  /** Standard deviation of the initial weights. */
  readonly initializerRange: number;
  /**
   * Whether to initialize the output biases with the tokens' log frequencies, and some attention heads so that they
   * attend to the neighboring tokens (`startWithNeighborAttention`).
   */
  readonly informedStart: boolean;
  /** Activation checkpointing: less memory, more time. */
  readonly checkpointing: boolean;
  /**
   * Fraction of the documents to hold out for evaluation. If there are fewer than twenty documents, none are held out. Of
   * text that is read during training (`streamFrom`, `packing`), parts of about 128 KiB are held out, at most four, and
   * none of fewer than twenty (2.5 MiB). Of shards, the last instances are held out, at most 2,048, and none of fewer
   * than twenty.
   */
  readonly heldOut: number;
  /** Steps between two evaluations; 0 evaluates only at the end. Needs held-out text. */
  readonly evaluateEvery: number;
  /** Stops after this many evaluations without a lower loss; 0 never stops early. */
  readonly patience: number;
  /** Number of models to keep in the folder `best`: those with the lowest losses at evaluations. */
  readonly keepBest: number;
  /** Decides every random draw. */
  readonly seed: number;
}

const fraction: Rule = number({ from: 0, to: 1 });

/** The rule of each setting. */
export const settingRules: Rules<PretrainSettings> & Readonly<Record<keyof PretrainSettings, Rule>> = {
  size: oneOf(Object.keys(bertSizes)),
  vocabularySize: wholeNumber(6),
  lowercase: trueOrFalse,
  sequenceLength: wholeNumber(8),
  longSequenceLength: wholeNumber(8),
  longFraction: fraction,
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
  seed: wholeNumber(0, Number.MAX_SAFE_INTEGER - 1), // long sequences use the next one
};
