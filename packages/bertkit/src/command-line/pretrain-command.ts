import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { arrayOf, number, oneOf, text, trueOrFalse } from "@bertkit/checks";
import { backendNames, useBackend } from "@bertkit/backend";
import { escapeControls } from "@bertkit/nn";
import type { Tokenizer } from "@bertkit/tokenizer";
import { ProgressLine, type TrainStep } from "@bertkit/training";
import { modelFolder } from "../model/folder-of.ts";
import { readTokenizer } from "../model/read-tokenizer.ts";
import { pretrain, type PretrainEvaluation, type PretrainOptions } from "../pretrain/pretrain.ts";
import { settingRules, type PretrainSettings } from "../pretrain/pretrain-settings.ts";
import { pretrainRecipes, type PretrainRecipeName } from "../pretrain/recipes.ts";
import { pretrainSettings } from "../pretrain/settings-of-recipe.ts";
import { isStartedByMpi, mpiGroup, type MpiGroup } from "../run/mpi-group.ts";
import { LiveLine, type LiveOutput } from "../run/live-line.ts";
import { StopRequest } from "../run/stop-request.ts";
import type { Command } from "./command.ts";
import { checkOwnOptions, optionsHelp, type OwnOption, type OwnOptions, parseOwnOptions } from "./own-options.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/** A setting's option; the help says the defaults of both recipes where they differ. */
function setting(name: keyof PretrainSettings, type: OwnOption["type"], value: string | undefined, help: string) {
  const [short, long] = [pretrainRecipes.minutes, pretrainRecipes.paper].map((recipe) =>
    name === "warmupSteps" ? `${100 * recipe.warmupShare} % of the steps` : shown(recipe[name]),
  );
  const defaults = short === long ? `(${short})` : `(minutes: ${short}; paper: ${long})`;
  return {
    rule: settingRules[name],
    type,
    ...(value !== undefined && { value }),
    help: help.endsWith("\n") ? help + defaults : `${help} ${defaults}`,
  };
}

function shown(value: unknown): string {
  return typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
}

const settingOptions = {
  size: setting("size", "text", "SIZE", "tiny, mini, small, medium, base or large"),
  vocabularySize: setting("vocabularySize", "number", "N", "tokens of a vocabulary trained from the text\n"),
  lowercase: setting("lowercase", "flag", undefined, "lowercase the text; --no-lowercase keeps its case"),
  sequenceLength: setting("sequenceLength", "number", "N", "tokens of an instance"),
  longSequenceLength: setting("longSequenceLength", "number", "N", "the same in the last steps"),
  longShare: setting("longShare", "number", "X", "share of such last steps"),
  batchSize: setting("batchSize", "number", "N", "instances of an update"),
  accumulate: setting("accumulate", "number", "N", "compute a batch in N parts, to save memory"),
  steps: setting("steps", "number", "N", "updates"),
  optimizer: setting("optimizer", "text", "NAME", `${settingRules.optimizer.is.slice(7)}\n`),
  learningRate: setting("learningRate", "number", "X", "highest rate"),
  matrixLearningRate: setting("matrixLearningRate", "number", "X", "Muon's highest rate"),
  schedule: setting("schedule", "text", "NAME", `${settingRules.schedule.is.slice(7)}\n`),
  warmupSteps: setting("warmupSteps", "number", "N", "updates over which the rate rises\n"),
  weightDecay: setting("weightDecay", "number", "X", "decoupled weight decay"),
  clipNorm: setting("clipNorm", "number", "X", "largest norm of the gradients"),
  biasCorrection: setting("biasCorrection", "flag", undefined, "of Adam's moments"),
  maskedLmProbability: setting("maskedLmProbability", "number", "X", "share of tokens to predict"),
  finalMaskedLmProbability: setting("finalMaskedLmProbability", "number", "X", "the same at the end"),
  wholeWordMasking: setting("wholeWordMasking", "flag", undefined, "mask all pieces of a word or none"),
  nextSentence: setting("nextSentence", "flag", undefined, "predict the next sentence too"),
  dropout: setting("dropout", "number", "X", "dropout"),
  initializerRange: setting("initializerRange", "number", "X", "standard deviation of initial weights\n"),
  informedStart: setting(
    "informedStart",
    "flag",
    undefined,
    "start from the tokens' frequencies, and heads that\nlook at neighboring tokens",
  ),
  checkpointing: setting("checkpointing", "flag", undefined, "activation checkpointing: less memory, more time"),
  heldOut: setting("heldOut", "number", "X", "share of documents held out for evaluation"),
  evaluateEvery: setting("evaluateEvery", "number", "N", "steps between evaluations; 0: only at the end"),
  patience: setting("patience", "number", "N", "stop after N evaluations without progress; 0: never"),
  keepBest: setting("keepBest", "number", "N", "keep the N best models in OUT/best"),
  seed: setting("seed", "number", "N", "decides every random draw"),
} satisfies Record<keyof PretrainSettings, OwnOption>;

const runOptions = {
  out: { rule: text, type: "text", value: "OUT", help: "the folder for the model, and for the run until it is done" },
  recipe: {
    rule: oneOf(Object.keys(pretrainRecipes)),
    type: "text",
    value: "NAME",
    help: "settings by name: minutes, a small model of little text (default);\npaper, BERT's paper; google, the paper's with the optimizer of\ngoogle-research/bert",
  },
  config: {
    rule: text,
    type: "text",
    value: "FILE",
    help: 'options as JSON: { "text": ["corpus/"], "batchSize": 64 }',
  },
  layout: {
    rule: oneOf(["sentences", "lines", "prose"]),
    type: "text",
    value: "NAME",
    help: "sentences: one a line, a blank line between documents (default);\nlines: one document a line; prose: a file is a document",
  },
  vocabulary: {
    rule: text,
    type: "text",
    value: "FOLDER",
    help: "use the tokenizer of a model folder, or a folder with vocab.txt\n(default: one is trained from the text)",
  },
  backend: {
    rule: oneOf(["auto", ...backendNames]),
    type: "text",
    value: "NAME",
    help: "auto (default), node, wasm or cpu",
  },
  resume: { rule: trueOrFalse, type: "flag", help: "resume the interrupted run in OUT, with its own options" },
  fresh: { rule: trueOrFalse, type: "flag", help: "discard an interrupted run, or replace the model, in OUT" },
  saveEvery: {
    rule: number({ from: 0 }),
    type: "number",
    value: "N",
    help: "minimum seconds between two saves (10)",
  },
  json: {
    rule: trueOrFalse,
    type: "flag",
    help: "one JSON object a line on standard output: steps, evaluations and\nthe result",
  },
} satisfies Record<string, OwnOption>;

const options: OwnOptions = { ...runOptions, ...settingOptions };
const fileOptions: OwnOptions = {
  ...options,
  text: { rule: arrayOf("paths", text), type: "text", help: "" },
};

/** What a run was started with, for --resume. */
const runFile = "pretrain.json";

const help = `bertkit pretrain: a BERT from your own text

  bertkit pretrain TEXT... --out OUT [options]

TEXT is files and folders of text: .txt, .jsonl, .parquet, .tfrecord, also with .gz. OUT becomes a
model folder that Hugging Face, and the other commands, load.

Examples
  The README files of your packages, as a small BERT, in a minute:

    bertkit pretrain node_modules/*/README.md --layout prose --steps 100 --out my-bert

  Its guesses, from little text:

    bertkit fill-mask --model my-bert "npm install [MASK]"

  A larger one from a folder, with half the memory, stopped when it no longer improves:

    bertkit pretrain corpus/ --out my-bert --size small --steps 20000 --accumulate 2 \\
      --evaluate-every 500 --patience 5 --keep-best 2

  Ctrl-C, SIGTERM, even a crash loses nothing: the same command resumes, or

    bertkit pretrain --resume --out my-bert

  On several processes or machines, each computing a part of every batch, by the system's MPI and
  the package koffi; also by srun:

    mpirun -n 4 bertkit pretrain corpus/ --out my-bert

Options
${optionsHelp(runOptions)}
Settings (with their defaults); a flag is undone by --no-FLAG
${optionsHelp(settingOptions)}
OUT/metrics.jsonl has a line a step and one an evaluation.

Exit status: 0; 1 if the work failed; 2 if the command line is wrong; 130 and 143 if Ctrl-C and
SIGTERM stopped it, all of it saved.
`;

/** Pretrains a model from text. */
export const pretrainCommand: Command = {
  name: "pretrain",
  operands: "TEXT... --out OUT",
  summary: "a BERT of your own, from text to a model folder",
  help,
  run: runPretrain,
};

interface RunArguments extends Partial<PretrainSettings> {
  text?: string[];
  out?: string;
  recipe?: PretrainRecipeName;
  layout?: PretrainOptions["layout"];
  vocabulary?: string;
  backend?: Parameters<typeof useBackend>[0];
  resume?: boolean;
  fresh?: boolean;
  saveEvery?: number;
  json?: boolean;
}

async function runPretrain(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = await readArguments(args);
  const { out, text: paths, recipe, backend = "auto", vocabulary } = given;
  if (out === undefined) throw new UsageError("pretrain needs --out OUT");
  if (paths === undefined || paths.length === 0) throw new UsageError("pretrain needs TEXT, files or folders");
  const own = Object.fromEntries(Object.entries(given).filter(([name]) => Object.hasOwn(settingOptions, name)));
  const settings = usable(() => pretrainSettings(recipe, own));
  const group = isStartedByMpi() ? await mpiGroup() : undefined;
  try {
    await useBackend(backend);
    const tokenizer = vocabulary === undefined ? undefined : await readTokenizer(await modelFolder(vocabulary));
    const status = await runWith({ given: { ...given, out, text: paths }, settings, tokenizer, group }, terminal);
    group?.close();
    return status;
  } catch (error) {
    if (group === undefined) throw error;
    // The others would wait for this one without end.
    terminal.stderr.write(`bertkit: rank ${group.rank}: ${escapeControls((error as Error).message)}\n`);
    return group.abort();
  }
}

interface Run {
  readonly given: RunArguments & { out: string; text: string[] };
  readonly settings: PretrainSettings;
  readonly tokenizer: Tokenizer | undefined;
  readonly group: MpiGroup | undefined;
}

async function runWith({ given, settings, tokenizer, group }: Run, terminal: Terminal): Promise<number> {
  const { out, text: paths, layout, fresh, saveEvery, json = false } = given;
  const isFirst = group === undefined || group.rank === 0; // of several processes, one speaks
  const write = (to: { write(text: string): unknown }, line: string): void => {
    if (isFirst) to.write(`${escapeControls(line)}\n`);
  };
  const say = (message: string): void => write(terminal.stderr, message);
  const print = (line: object): void => write(terminal.stdout, JSON.stringify(line));
  let step = 0;
  const resume = `bertkit pretrain --resume --out ${out}`;
  const stop = new StopRequest({
    name: "bertkit pretrain",
    saved: () => `The run is saved up to about step ${step}; resume it with: ${resume}`,
  });
  const live = new LiveLine(isFirst ? (terminal.stderr as LiveOutput) : { write: () => true });
  const progress = progressOf(settings);
  try {
    const result = await stop.whileSaving((signal) =>
      pretrain({
        text: paths,
        out,
        settings,
        signal,
        onMessage: say,
        ...(group !== undefined && { group }),
        ...(layout !== undefined && { layout }),
        ...(tokenizer !== undefined && { tokenizer }),
        ...(fresh !== undefined && { fresh }),
        ...(saveEvery !== undefined && { saveEvery }),
        files: {
          [runFile]: `${JSON.stringify({ ...given, text: paths.map((path) => resolve(path)) }, undefined, 2)}\n`,
        },
        onStep: (one) => {
          step = one.step;
          live.show(progress.add(one), step === settings.steps || signal.aborted);
          if (json) print(one);
        },
        onEvaluation: (evaluation) => {
          live.clear();
          say(described(evaluation));
          if (json) print({ ...evaluation, evaluation: true });
        },
      }),
    );
    const { done, seconds, evaluations, unsaved } = result;
    if (json) print({ result: true, folder: out, step: result.step, done, seconds, evaluation: evaluations.at(-1) });
    else if (done)
      write(terminal.stdout, `${out}: a model of ${result.step} steps, ${Math.round(seconds)} s of training`);
    const how = unsaved === undefined ? "and saved" : "which could not be saved";
    if (!done) say(`stopped at step ${result.step}, ${how}. Resume with: ${resume}`);
    return stop.exitCode;
  } finally {
    stop.dispose();
  }
}

/** The command line before a file of --config before the recipe; with --resume, those of the run. */
async function readArguments(args: readonly string[]): Promise<RunArguments> {
  const { values, operands } = parseOwnOptions(args, options);
  const { config, resume, ...own } = values as RunArguments & { config?: string };
  const line: RunArguments = { ...own, ...(operands.length > 0 && { text: operands }) };
  const given = config === undefined ? line : { ...(await readConfig(config)), ...line };
  if (resume !== true || given.out === undefined) return given;
  const file = join(given.out, runFile);
  if (existsSync(file)) return { ...(await readConfig(file)), ...line };
  if (given.text !== undefined) return given;
  throw new UsageError(`there is no run to resume in ${given.out}`);
}

async function readConfig(file: string): Promise<RunArguments> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
  if (typeof json !== "object" || json === null || Array.isArray(json))
    throw new UsageError(`${file} must have an object of options`);
  checkOwnOptions(file, json as Record<string, unknown>, fileOptions);
  return json;
}

/** Settings that contradict each other are the user's to mend. */
function usable<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new UsageError((error as Error).message.replace(/^pretrainSettings: /, "").replace(/\.$/, ""));
  }
}

function progressOf({ steps, batchSize, sequenceLength, nextSentence }: PretrainSettings): {
  add: (step: TrainStep) => string;
} {
  return new ProgressLine({
    totalSteps: steps,
    tokensPerStep: batchSize * sequenceLength,
    metrics: {
      maskedLmAccuracy: { label: "masked-LM accuracy", percent: true },
      ...(nextSentence && { nextSentenceAccuracy: { label: "next-sentence accuracy", percent: true } }),
    },
  });
}

function described({ step, loss, maskedLmAccuracy, nextSentenceAccuracy }: PretrainEvaluation): string {
  const pairs =
    nextSentenceAccuracy === undefined ? "" : `, next-sentence accuracy ${(100 * nextSentenceAccuracy).toFixed(1)} %`;
  return `held out at step ${step}: loss ${loss.toFixed(3)}, masked-LM accuracy ${(100 * maskedLmAccuracy).toFixed(1)} %${pairs}`;
}
