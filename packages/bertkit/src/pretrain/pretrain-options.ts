import type { CorpusLayout } from "@bertkit/datasets";
import type { Tokenizer } from "@bertkit/tokenizer";
import type { Group, LossScaler, TrainStep } from "@bertkit/training";
import type { DocumentsEvaluation } from "./evaluate-documents.ts";
import type { PretrainSettings } from "./pretrain-settings.ts";
import type { PretrainRecipeName } from "./recipes.ts";

export interface PretrainOptions {
  /**
   * Files and folders of text (see `readCorpus` of @bertkit/datasets), or folders of shards that `bertkit data` wrote: one
   * for `sequenceLength` and, if there are long steps, one for `longSequenceLength`. Files in `out` are not read.
   */
  readonly text: readonly string[];
  /** Output folder of the model. Until the run is done it has the run's files. */
  readonly out: string;
  /** Layout of the documents in the text. Default "sentences". */
  readonly layout?: CorpusLayout;
  /** Encoding of plain text, a label of the Encoding Standard. Default "utf-8". */
  readonly encoding?: string;
  /**
   * Default: a tokenizer of `vocabularySize` tokens is trained on the text. Shards need the tokenizer that they were
   * created with.
   */
  readonly tokenizer?: Tokenizer;
  /** Default "minutes". */
  readonly recipe?: PretrainRecipeName;
  /** Settings that replace the recipe's. */
  readonly settings?: Partial<PretrainSettings>;
  /** Discard an interrupted run in the folder, or replace its model. */
  readonly fresh?: boolean;
  /** Further files of the output folder, written when the run starts: contents by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Whether to write event files for TensorBoard into `OUT/tensorboard`. Default false. */
  readonly tensorBoard?: boolean;
  /** Minimum seconds between two saves; see `Autosave`. Default 10. */
  readonly saveEvery?: number;
  /** Stops after the step during which it aborts, and saves. The same call resumes the run. */
  readonly signal?: AbortSignal;
  /** Trains together with other processes: see `train`. Each batch is divided among them; rank 0 saves. */
  readonly group?: Group;
  /**
   * Dynamic loss scaling, for a backend that computes in float16: see `train`. Its state is saved with the run, and the
   * call that resumes it passes one too. Default: none.
   */
  readonly lossScaler?: LossScaler;
  /** Called after each step. */
  readonly onStep?: (step: TrainStep) => void;
  /** Called after each evaluation. */
  readonly onEvaluation?: (evaluation: PretrainEvaluation) => void;
  /** Called with messages about progress, and with warnings. Default: they are ignored. */
  readonly onMessage?: (message: string) => void;
}

/** Results on the held-out documents. */
export interface PretrainEvaluation extends DocumentsEvaluation {
  readonly step: number;
}

export interface PretrainResult {
  /** Updates done. */
  readonly step: number;
  /** Whether the run is done and the folder has the model. Otherwise it was stopped; the same call resumes it. */
  readonly done: boolean;
  readonly settings: PretrainSettings;
  /** In the order of the steps; the last is of the final model. Empty if no document is held out. */
  readonly evaluations: readonly PretrainEvaluation[];
  /** Seconds of training, without interruptions. */
  readonly seconds: number;
  /** Why saving after the last step failed; undefined if it did not. */
  readonly unsaved: unknown;
}

/** Names of a run's files. */
export const stageName = "pretraining-state";
export const metricsFile = "metrics.jsonl";
