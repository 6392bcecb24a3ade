import type { BertConfig, Encoder } from "@bertkit/encoder";
import type { QuestionAnswerer, SentenceModuleFiles, SequenceClassifier, TokenClassifier } from "@bertkit/heads";
import type { MaskedLmScorer } from "@bertkit/pretraining";
import type { Tokenizer } from "@bertkit/tokenizer";
import { isStream } from "./texts.ts";

/** The parts of a loaded model that `pipeline` uses: from `fromPretrained`, or your own. */
export interface PipelineModel {
  readonly config: Pick<BertConfig, "maxPositionEmbeddings">;
  readonly tokenizer: Tokenizer;
  readonly encoder: Encoder;
  readonly maskedLm?: MaskedLmScorer;
  readonly classifier?: SequenceClassifier;
  readonly tokenClassifier?: TokenClassifier;
  readonly questionAnswerer?: QuestionAnswerer;
  /** How sentence-transformers computes a text's vector: see `Pretrained`. */
  readonly sentenceFiles?: SentenceModuleFiles;
  /** Whether a cross-encoder's output is the score, not its sigmoid: see `Pretrained`. */
  readonly plainScores?: boolean;
  /** Whether config.json does not say that a classifier of one output is for regression: see `Pretrained`. */
  readonly problemUnstated?: boolean;
  /** Maximum tokens per text, if it is lower than the encoder's: see `Pretrained`. */
  readonly maxLength?: number;
}

/** Members of every pipeline besides the call. */
export interface LoadedPipeline {
  /** The task's name, not its alias. */
  readonly task: string;
  /** The model; undefined if it is in a worker. */
  readonly model: PipelineModel | undefined;
  /** The model's tokenizer; undefined if it is in a worker. */
  readonly tokenizer: Tokenizer | undefined;
  /** Frees compiled graphs, and the model if the pipeline loaded it. */
  dispose(): void;
}

/** @throws if the model does not have the part that a task needs */
export function requirePart<Part>(task: string, part: Part | undefined, what: string, source: string): Part {
  if (part === undefined)
    throw new Error(
      `pipeline: ${task} needs a model with a ${what}, but this one has none. Load a folder saved from ${source}, or pass such a part.`,
    );
  return part;
}

/**
 * Makes a pipeline from a function: errors of a call reject the promise, or are thrown immediately for an async
 * iterable.
 */
export function made<Pipeline extends LoadedPipeline>(
  task: string,
  model: PipelineModel | undefined,
  call: (...given: never[]) => unknown,
  dispose: () => void,
): Pipeline {
  const answer = (...given: never[]): unknown => {
    if (given.some((value) => isStream(value))) return call(...given);
    return (async () => call(...given))();
  };
  return Object.assign(answer, { task, model, tokenizer: model?.tokenizer, dispose }) as never;
}
