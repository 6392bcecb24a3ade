import type { Bert, BertConfig, Encoder } from "@bertkit/encoder";
import type {
  MultipleChoice,
  QuestionAnswerer,
  SentenceModuleFiles,
  SequenceClassifier,
  TokenClassifier,
} from "@bertkit/heads";
import type { MaskedLmHead, NextSentenceHead } from "@bertkit/pretraining";
import type { Tokenizer } from "@bertkit/tokenizer";

/** The parts of a folder: a tokenizer, an encoder and its heads, which all share the encoder. */
export interface PretrainedParts<E extends Encoder = Bert> {
  readonly config: BertConfig;
  readonly tokenizer: Tokenizer;
  readonly encoder: E;
  /** Predicts masked tokens. */
  readonly maskedLm?: MaskedLmHead;
  /** Predicts whether the second sentence follows the first. */
  readonly nextSentence?: NextSentenceHead;
  /** Classifies texts. */
  readonly classifier?: SequenceClassifier<E>;
  /** Classifies tokens. */
  readonly tokenClassifier?: TokenClassifier<E>;
  /** Chooses one of several texts that may follow another. */
  readonly multipleChoice?: MultipleChoice<E>;
  /** Finds answers in contexts. */
  readonly questionAnswerer?: QuestionAnswerer<E>;
  /**
   * sentence-transformers' files about pooling, if the folder has modules.json. `parseSentenceModules` reads them, and
   * `sentenceModuleFiles` creates them.
   */
  readonly sentenceFiles?: SentenceModuleFiles;
  /** Whether a cross-encoder's output is the score, as for MS MARCO models, not its sigmoid: see `pipeline`. */
  readonly plainScores?: boolean;
  /**
   * Whether config.json has no `problem_type` for a classifier of one output. It computes values, as in regression, and
   * the pipeline "text-classification" their sigmoids, as Hugging Face's.
   */
  readonly problemUnstated?: boolean;
  /**
   * Maximum tokens per text, special tokens included, if `model_max_length` of tokenizer_config.json is below the
   * encoder's. It is the default of pipelines, inference functions and commands, after `max_seq_length` of
   * `sentenceFiles` for what sentence-transformers computes.
   */
  readonly maxLength?: number;
}

/** The result of `fromPretrained`. It is a model for `variables`, `freeze` and the other functions of @bertkit/nn. */
export interface Pretrained extends PretrainedParts {
  /** The Hugging Face classes that the folder was saved from, according to its config. */
  readonly architectures: readonly string[];
  /** Names of tensors in the file that no part uses, such as another task's head. */
  readonly unused: readonly string[];
  /** Frees every variable. */
  dispose(): void;
}
