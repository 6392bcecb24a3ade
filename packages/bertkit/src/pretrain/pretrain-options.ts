import type { CorpusLayout } from "@bertkit/datasets";
import type { Tokenizer } from "@bertkit/tokenizer";
import type { Group, TrainStep } from "@bertkit/training";
import type { DocumentsEvaluation } from "./evaluate-documents.ts";
import type { PretrainSettings } from "./pretrain-settings.ts";
import type { PretrainRecipeName } from "./recipes.ts";

export interface PretrainOptions {
  /**
   * Files and folders of text, as `readCorpus` of @bertkit/datasets reads them; or folders of shards that `bertkit data`
   * wrote, one for `sequenceLength` and one for `longSequenceLength` if there are long steps.
   */
  readonly text: readonly string[];
  /** The folder that the model is written to, and the run's files until it is done. */
  readonly out: string;
  /** How documents stand in the text. Default "sentences". */
  readonly layout?: CorpusLayout;
  /** Default: one of `vocabularySize` is trained from the text. Shards need the one that they were made with. */
  readonly tokenizer?: Tokenizer;
  /** Default "minutes". */
  readonly recipe?: PretrainRecipeName;
  /** Settings of one's own in place of the recipe's. */
  readonly settings?: Partial<PretrainSettings>;
  /** Discard an interrupted run in the folder, or replace its model. */
  readonly fresh?: boolean;
  /** Files to write beside the model when the run starts: contents by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Whether to write event files for TensorBoard into `OUT/tensorboard`. Default false. */
  readonly tensorBoard?: boolean;
  /** Minimum seconds between two saves; see `Autosave`. Default 10. */
  readonly saveEvery?: number;
  /** Stops after the step during which it aborts, saves, and leaves the run to be resumed. */
  readonly signal?: AbortSignal;
  /** Trains together with other processes: see `train`. Each batch is shared among them; rank 0 saves. */
  readonly group?: Group;
  /** Called after each step. */
  readonly onStep?: (step: TrainStep) => void;
  /** Called after each evaluation. */
  readonly onEvaluation?: (evaluation: PretrainEvaluation) => void;
  /** Called with sentences about what is done, and with warnings. Default: none is shown. */
  readonly onMessage?: (message: string) => void;
}

/** Results on the held-out documents. */
export interface PretrainEvaluation extends DocumentsEvaluation {
  readonly step: number;
}

export interface PretrainResult {
  /** Updates done. */
  readonly step: number;
  /** Whether the run is done and the folder has the model; else it was stopped, and the same call resumes it. */
  readonly done: boolean;
  readonly settings: PretrainSettings;
  /** In the order of their steps; the last one is the model's. Empty if no document is held out. */
  readonly evaluations: readonly PretrainEvaluation[];
  /** Seconds of training, interruptions not included. */
  readonly seconds: number;
  /** Why the last step could not be saved; undefined if it was. */
  readonly unsaved: unknown;
}

/** Names of a run's files. */
export const stageName = "pretraining-state";
export const metricsFile = "metrics.jsonl";
