import type { BertConfig, Encoder } from "@bertkit/encoder";
import type { QuestionAnswerer, SentenceModuleFiles, SequenceClassifier, TokenClassifier } from "@bertkit/heads";
import type { MaskedLmScorer } from "@bertkit/pretraining";
import type { Tokenizer } from "@bertkit/tokenizer";
import { isStream } from "./texts.ts";

/** What `pipeline` takes of a loaded model: what `fromPretrained` gives, or parts of your own. */
export interface PipelineModel {
  readonly config: Pick<BertConfig, "maxPositionEmbeddings">;
  readonly tokenizer: Tokenizer;
  readonly encoder: Encoder;
  readonly maskedLm?: MaskedLmScorer;
  readonly classifier?: SequenceClassifier;
  readonly tokenClassifier?: TokenClassifier;
  readonly questionAnswerer?: QuestionAnswerer;
  /** How sentence-transformers makes one vector of a text: see `Pretrained`. */
  readonly sentenceFiles?: SentenceModuleFiles;
}

/** What a folder says beside its weights. */
export interface FolderSettings {
  /** Whether a cross-encoder's output is the score itself, and not its logit. */
  readonly plainScores?: boolean;
}

/** What every pipeline has beside its call. */
export interface LoadedPipeline {
  /** Frees what the pipeline compiled, and the model where the pipeline loaded it. */
  dispose(): void;
}

/** @throws where the model lacks the part that a task needs */
export function requirePart<Part>(task: string, part: Part | undefined, what: string, source: string): Part {
  if (part === undefined)
    throw new Error(
      `pipeline: ${task} needs a model with a ${what}, and this one has none. Load a folder saved from ${source}, or pass such a part.`,
    );
  return part;
}

/** A pipeline of a function: what is wrong with a call rejects the promise, or is thrown at once for an async iterable. */
export function made<Pipeline extends LoadedPipeline>(
  call: (...given: never[]) => unknown,
  dispose: () => void,
): Pipeline {
  const answer = (...given: never[]): unknown => {
    if (given.some((value) => isStream(value))) return call(...given);
    return (async () => call(...given))();
  };
  return Object.assign(answer, { dispose }) as never;
}
