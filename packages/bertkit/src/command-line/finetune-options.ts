import type { BackendName } from "@bertkit/backend";
import { number, wholeNumber } from "@bertkit/checks";
import { largestSeed } from "../fine-tuning/fine-tune-options.ts";
import { type DataOptions, dataFiles, dataOptions } from "./data/data-options.ts";
import { countOption, flag, numberOption, type OptionsOf, textOption } from "./options/option.ts";
import { optionsHelp } from "./options/options-help.ts";
import { backendOption } from "./options/shared-options.ts";

/** The command line of `bertkit finetune`. */
export interface FinetuneValues extends DataOptions {
  readonly model?: string;
  readonly train?: string;
  readonly eval?: string;
  readonly out?: string;
  readonly epochs?: number;
  readonly patience?: number;
  readonly batch?: number;
  readonly rate?: number;
  readonly length?: number;
  readonly frozen?: boolean;
  readonly seed?: number;
  readonly fresh?: boolean;
  readonly backend?: BackendName | "auto";
}

export const finetuneOptions: OptionsOf<FinetuneValues> = {
  model: textOption("FOLDER", "the model to start from: a folder, or a repository on the Hugging Face hub"),
  train: textOption("FILE", "the examples"),
  eval: textOption(
    "FILE",
    "examples to evaluate on after each epoch, or a fraction of the training file to hold out for it, such as 0.2 (default: 0.1). The model of the best epoch is saved",
  ),
  out: textOption("FOLDER", "where to save the trained model: a Hugging Face folder, with its scores in README.md"),
  ...dataOptions,
  epochs: countOption("maximum passes over the examples (default 3)"),
  patience: countOption("stop after N consecutive epochs without a better score"),
  batch: countOption("examples in an update (default 32; answer 16, choose and rank 8)"),
  rate: numberOption(
    number({ above: 0 }),
    "peak learning rate (default for a hidden size of 768: 5e-5, for embed 2e-5; higher for smaller models)",
    "X",
  ),
  length: numberOption(
    wholeNumber(8),
    "maximum tokens of a text or pair (default: as in the model's folder, else 128; rank 256, answer 384)",
  ),
  frozen: flag("train only the new head, not the encoder: faster, and less accurate"),
  seed: numberOption(wholeNumber(0, largestSeed), "seed of all random choices (default 0)"),
  fresh: flag("start again in a folder that has an interrupted run, or replace the model and the README.md in it"),
  backend: backendOption,
};

export const finetuneHelp: string = `bertkit finetune TASK: trains a model on your own examples

  bertkit finetune classify --model FOLDER --train reviews.csv --out my-model
  bertkit classify --model my-model < lines.txt

where reviews.csv begins with
  text,label
  "A gripping film from start to finish.",praise

TASK       examples                                                  use the trained model with
classify   texts or pairs with one label, several, or a number       bertkit classify
ner        words with tags (CoNLL)                                   bertkit ner
answer     questions about texts, with the answers (SQuAD)           bertkit answer
choose     a text and several choices, one correct (SWAG, RACE)      bertkit predict
rank       a query, a document and its relevance, 0 to 1             bertkit rank
embed      pairs of texts with a similarity, or similar pairs        bertkit features

${dataFiles}

Options
${optionsHelp(finetuneOptions)}
Ctrl-C stops at the end of the step and saves; the same command (without --fresh) resumes from there. Then:
  bertkit evaluate --model my-model --data test.csv
  bertkit predict --model my-model --data new.csv
`;
