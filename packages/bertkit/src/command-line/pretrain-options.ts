import { existsSync } from "node:fs";
import { join } from "node:path";
import { arrayOf, number, text } from "@bertkit/checks";
import { type PretrainSettings, settingRules } from "../pretrain/pretrain-settings.ts";
import { type PretrainRecipeName, pretrainRecipes } from "../pretrain/recipes.ts";
import {
  choiceOption,
  flag,
  numberOption,
  type Option,
  optionName,
  type Options,
  textOption,
} from "./options/option.ts";
import { readOptionsFile } from "./options/options-file.ts";
import { optionsHelp } from "./options/options-help.ts";
import { parseOptions } from "./options/parse-options.ts";
import { backendOption, encodingOption, layoutOption } from "./options/shared-options.ts";
import type { PretrainArguments } from "./pretrain-arguments.ts";
import { requireEffect } from "./pretrain-options-effect.ts";
import { UsageError } from "./usage-error.ts";

/** The option of a setting. Its help ends with the default, or both recipes' if they differ. */
function setting(name: keyof PretrainSettings, kind: Option["kind"], value: string, help: string): Option {
  const [short, long] = [pretrainRecipes.minutes, pretrainRecipes.paper].map((recipe) =>
    name === "warmupSteps" ? `${100 * recipe.warmupFraction} % of the steps` : shown(recipe[name]),
  );
  const defaults = short === long ? `(${short})` : `(minutes: ${short}; paper: ${long})`;
  return { kind, rule: settingRules[name], value, help: `${help} ${defaults}` };
}

function shown(value: unknown): string {
  return typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
}

/** An option for each setting, with the rule from `settingRules`. */
export const settingOptions: Readonly<Record<keyof PretrainSettings, Option>> = {
  size: setting("size", "text", "SIZE", "tiny, mini, small, medium, base or large"),
  vocabularySize: setting("vocabularySize", "number", "N", "tokens of a vocabulary trained from the text"),
  lowercase: setting("lowercase", "flag", "", "lowercase the text; --no-lowercase keeps its case"),
  sequenceLength: setting("sequenceLength", "number", "N", "tokens of an instance"),
  longSequenceLength: setting("longSequenceLength", "number", "N", "tokens of an instance in the last steps"),
  longFraction: setting("longFraction", "number", "X", "fraction of the steps with the long sequence length"),
  batchSize: setting("batchSize", "number", "N", "instances in an update"),
  accumulate: setting("accumulate", "number", "N", "compute a batch in N micro-batches, to save memory"),
  steps: setting("steps", "number", "N", "updates"),
  optimizer: setting("optimizer", "text", "NAME", settingRules.optimizer.is.slice(7)),
  learningRate: setting("learningRate", "number", "X", "peak learning rate"),
  matrixLearningRate: setting("matrixLearningRate", "number", "X", "peak learning rate of Muon"),
  schedule: setting("schedule", "text", "NAME", settingRules.schedule.is.slice(7)),
  warmupSteps: setting("warmupSteps", "number", "N", "updates in which the learning rate rises"),
  weightDecay: setting(
    "weightDecay",
    "number",
    "X",
    "decoupled weight decay of adamw, adafactor and lamb; with muon, only of what AdamW updates; sgd and nadam have none",
  ),
  clipNorm: setting(
    "clipNorm",
    "number",
    "X",
    "maximum global norm of the gradients; with muon, only of those for AdamW",
  ),
  biasCorrection: setting(
    "biasCorrection",
    "flag",
    "",
    "correct the bias of Adam's moments, with adamw, lamb and muon",
  ),
  maskedLmProbability: setting("maskedLmProbability", "number", "X", "fraction of tokens to predict"),
  finalMaskedLmProbability: setting(
    "finalMaskedLmProbability",
    "number",
    "X",
    "fraction of tokens to predict at the end",
  ),
  wholeWordMasking: setting("wholeWordMasking", "flag", "", "mask all pieces of a word or none"),
  maskAgain: setting("maskAgain", "flag", "", "for shards: mask the instances again in each pass, with these settings"),
  streamFrom: setting(
    "streamFrom",
    "number",
    "N",
    "text of at least N MiB is read during training, not held in memory",
  ),
  packing: setting(
    "packing",
    "flag",
    "",
    "fill rows with pieces of several documents, which do not attend to each other; with --no-next-sentence",
  ),
  nextSentence: setting("nextSentence", "flag", "", "train next-sentence prediction as well"),
  dropout: setting("dropout", "number", "X", "dropout rate"),
  initializerRange: setting("initializerRange", "number", "X", "standard deviation of initial weights"),
  informedStart: setting(
    "informedStart",
    "flag",
    "",
    "initialize output biases with the tokens' frequencies, and some heads so that they attend to neighboring tokens",
  ),
  checkpointing: setting("checkpointing", "flag", "", "activation checkpointing: less memory, more time"),
  heldOut: setting(
    "heldOut",
    "number",
    "X",
    "fraction of documents held out for evaluation, none of fewer than 20; of text that is read during training at most 4 parts of 128 KiB, none of fewer than 20; of shards at most 2048 instances",
  ),
  evaluateEvery: setting("evaluateEvery", "number", "N", "steps between evaluations; 0: only at the end"),
  patience: setting("patience", "number", "N", "stop after N evaluations without progress; 0: never"),
  keepBest: setting("keepBest", "number", "N", "keep the N best models in OUT/best"),
  seed: setting("seed", "number", "N", "seed of all random choices"),
};

const runOptions = {
  out: textOption("OUT", "the folder for the model, and for the run until it is done"),
  recipe: choiceOption(
    Object.keys(pretrainRecipes) as PretrainRecipeName[],
    "a set of defaults. minutes: a small model from little text (default); paper: BERT's paper; google: as paper, with the optimizer of google-research/bert",
  ),
  config: textOption("FILE", 'options as JSON: { "text": ["corpus/"], "batchSize": 64 }'),
  layout: layoutOption,
  encoding: encodingOption,
  vocabulary: textOption(
    "PATH",
    "use a vocab.txt, a tokenizer.json, or the tokenizer of a model folder (default: train one from the text)",
  ),
  backend: backendOption,
  resume: flag("resume the interrupted run in OUT, with its own options"),
  fresh: flag("discard an interrupted run, or replace the model, in OUT"),
  saveEvery: numberOption(number({ from: 0 }), "minimum seconds between two saves (10)"),
  tensorBoard: flag("write event files for TensorBoard into OUT/tensorboard"),
  json: flag("one JSON object per line on standard output: steps, evaluations and the result"),
};

const options = { ...runOptions, ...settingOptions };
/** In the file of a run, `text` has the operands. */
const storedOptions = {
  ...options,
  text: { kind: "list", rule: arrayOf("paths", text), value: "", help: "" } satisfies Option,
};
/** A file of options has them too, but not those that are only for the command line. */
const { config: _config, resume: _resume, ...fileOptions } = storedOptions;

export const pretrainHelp: string = `bertkit pretrain: a BERT from your own text

  bertkit pretrain TEXT... --out OUT [options]

TEXT is files and folders of text: .txt, .md, .jsonl, .parquet, .tfrecord, also with .gz; or folders
of shards that bertkit data wrote. READMEs are read if they are named, not in folders; files in OUT
are not read. Text of 32 MiB and more, and shards, are read while they are trained on. OUT becomes a
model folder that Hugging Face, and the other commands, load.

Examples
  The README files of your packages, as a small BERT, in a minute:

    bertkit pretrain node_modules/*/README.md --layout prose --steps 100 --out my-bert

  What it predicts, after little text:

    bertkit fill-mask --model my-bert "npm install [MASK]"

  A larger one from a folder, with half the memory, stopped when it no longer improves:

    bertkit pretrain corpus/ --out my-bert --size small --steps 20000 --accumulate 2 \\
      --evaluate-every 500 --patience 5 --keep-best 2

  From shards, made once, perhaps on many machines; a second folder is for the last, longer steps:

    bertkit pretrain shards-128/ shards-512/ --vocabulary vocab.txt --recipe paper --out my-bert

  Ctrl-C, SIGTERM, even a crash loses nothing: the same command (without --fresh) resumes, or

    bertkit pretrain --resume --out my-bert

  On several processes or machines, each computing a part of every batch, by the system's MPI and
  the package koffi; also by srun:

    mpirun -n 4 bertkit pretrain corpus/ --out my-bert

Options
${optionsHelp(runOptions)}
Settings (with their defaults); --no-NAME turns a flag off
${optionsHelp(settingOptions)}
OUT/metrics.jsonl has a line for each step and each evaluation.

Exit status: 0; 1 if the work failed; 2 if the command line is wrong; 130 and 143 if Ctrl-C and
SIGTERM stopped it, after it was saved.
`;

/** The file in which a run stores its options, for --resume. */
export const runFile = "pretrain.json";

/**
 * The options of the command line; for others those of the --config file; for others, with --resume, those of the
 * interrupted run.
 *
 * @throws UsageError on wrong options, and for --resume if there is no run
 */
export async function readPretrainArguments(args: readonly string[]): Promise<PretrainArguments> {
  const { values, operands } = parseOptions(args, options);
  const { config, resume, ...own } = values;
  const line = { ...own, ...(operands.length > 0 && { text: operands }) } as PretrainArguments;
  const given = config === undefined ? line : { ...(await readOptions(config, fileOptions)), ...line };
  const ofTrained = (["vocabularySize", "lowercase"] as const).find((name) => line[name] !== undefined);
  if (ofTrained !== undefined && given.vocabulary !== undefined)
    throw new UsageError(
      `${optionName(ofTrained)} is for a vocabulary that is trained from the text, but --vocabulary gives one. Leave one of them out`,
    );
  if (resume !== true || given.out === undefined) {
    requireEffect(given, line);
    return given;
  }
  if (given.fresh === true)
    throw new UsageError("--resume continues the run, and --fresh starts it again: give one of them");
  const file = join(given.out, runFile);
  if (existsSync(file)) {
    // Runs of earlier versions have these.
    const { fresh: _, config: _c, resume: _r, ...stored } = await readOptions(file, storedOptions);
    const resumed = { ...stored, ...given };
    requireEffect(resumed, line);
    return resumed;
  }
  if (given.text !== undefined) return given;
  throw new UsageError(
    `there is no run to resume in ${given.out}: it has no ${runFile}. Check --out, or give TEXT to start a run`,
  );
}

async function readOptions(file: string, known: Options): Promise<PretrainArguments & { readonly config?: string }> {
  return (await readOptionsFile(file, known)) as PretrainArguments;
}
