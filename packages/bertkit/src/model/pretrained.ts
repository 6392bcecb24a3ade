import type { Bert, BertConfig } from "@bertkit/encoder";
import type { QuestionAnswerer, SequenceClassifier, TokenClassifier } from "@bertkit/heads";
import type { MaskedLmHead, NextSentenceHead } from "@bertkit/pretraining";
import type { Tokenizer } from "@bertkit/tokenizer";

/** A tokenizer, an encoder and whatever heads go with it: what a folder holds. All heads share the one encoder. */
export interface PretrainedParts {
  readonly config: BertConfig;
  readonly tokenizer: Tokenizer;
  readonly encoder: Bert;
  /** Predicts masked tokens. */
  readonly maskedLm?: MaskedLmHead;
  /** Says whether a second sentence follows the first. */
  readonly nextSentence?: NextSentenceHead;
  /** Labels texts. */
  readonly classifier?: SequenceClassifier<Bert>;
  /** Labels words. */
  readonly tokenClassifier?: TokenClassifier<Bert>;
  /** Finds answers in contexts. */
  readonly questionAnswerer?: QuestionAnswerer<Bert>;
}

/** What `fromPretrained` gives; `variables`, `freeze` and the other functions of @bertkit/nn take it as a model. */
export interface Pretrained extends PretrainedParts {
  /** Hugging Face's classes that the folder says it was saved from. */
  readonly architectures: readonly string[];
  /** Tensors of the file that no part took, such as another task's head. */
  readonly unused: readonly string[];
  /** Frees every variable. */
  dispose(): void;
}
