import { useBackend } from "@bertkit/backend";
import { Dataset } from "@bertkit/datasets";
import { countParameters, dispose, escapeControls, freeze } from "@bertkit/nn";
import { ProgressLine } from "@bertkit/training";
import { type EpochScores, type FineTuningResult, fineTune, fineTuningRate } from "../fine-tuning/fine-tune.ts";
import type { Scores } from "../fine-tuning/fine-tuning-task.ts";
import { modelCard } from "../fine-tuning/model-card.ts";
import { fromPretrained } from "../model/from-pretrained.ts";
import { savePretrained } from "../model/save-pretrained.ts";
import { Autosave } from "../run/autosave.ts";
import { RunFolder } from "../run/run-folder.ts";
import { StopRequest } from "../run/stop-request.ts";
import { backendOf } from "./backend-flag.ts";
import type { Command } from "./command.ts";
import { dataFlags, dataOptions, dataUsage } from "./data/data-options.ts";
import { type Task, tasks } from "./data/task.ts";
import { Flags } from "./flags.ts";
import { trainableKinds } from "./tasks/kinds.ts";
import type { TaskOptions, TrainableKind } from "./tasks/task-kind.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

const help = `bertkit finetune TASK: trains a model on examples of your own

  bertkit finetune classify --model FOLDER --train reviews.csv --out my-model
  bertkit classify --model my-model < lines.txt

where reviews.csv begins with
  text,label
  "A gripping film, start to end.",praise

TASK       examples                                                  what the trained model is used by
classify   texts or pairs with one label, several, or a number       bertkit classify
ner        words with tags (CoNLL)                                   bertkit ner
answer     questions, texts and where the answer is (SQuAD)          bertkit answer
choose     a text and choices, one of them right (SWAG, RACE)        bertkit predict

  --model FOLDER     what to start from: a folder, or a repository of the Hugging Face hub
  --train FILE       the examples
  --eval FILE        examples to score each epoch on; or a share of the training file to hold out, such as
                     0.2 (default: 0.1). The epoch with the best score is what is saved
  --out FOLDER       where the trained model goes: a Hugging Face folder, with a README.md of its scores

${dataUsage}

  --epochs N         most passes over the examples (default 3)
  --patience N       stop after N epochs in a row without a better score
  --batch N          examples in an update (default 32; answer 16, choose 8)
  --rate X           the highest learning rate (default 5e-5 for a hidden size of 768, more for smaller models)
  --length N         most tokens of a text, of a pair together (default 128, answer 384)
  --frozen           train the new head alone, not the encoder: quicker, and less good
  --seed N           order, dropout and the new head's weights (default 0); the same seed gives the same model
  --fresh            start again in a folder that has an interrupted run, instead of resuming it
  --backend NAME     auto (default), node, webgpu, webgl, wasm or cpu

Ctrl-C stops at the end of the step and saves; the same command resumes from there. Then:
  bertkit evaluate --model my-model --data test.csv
  bertkit predict --model my-model --data new.csv
`;

const usualBatch: Readonly<Record<Task, number>> = { classify: 32, ner: 32, answer: 16, choose: 8 };

const stage = "fine-tuning";

/** Trains a model for a task and saves it. Returns the exit status. */
async function finetune(args: readonly string[], terminal: Terminal): Promise<number> {
  const flags = new Flags(args, {
    ...dataFlags,
    backend: "text",
    model: "text",
    train: "text",
    eval: "text",
    out: "text",
    epochs: "text",
    patience: "text",
    batch: "text",
    rate: "text",
    length: "text",
    seed: "text",
    frozen: "alone",
    fresh: "alone",
  });
  const [name, ...others] = flags.operands;
  const task = tasks.find((known) => known === name);
  if (task === undefined || others.length > 0)
    throw new UsageError(
      `finetune needs one TASK: ${tasks.join(", ")}${name === undefined ? "" : `, got ${JSON.stringify(flags.operands.join(" "))}`}`,
    );
  const folder = flags.required("finetune", "model", "FOLDER");
  const file = flags.required("finetune", "train", "FILE");
  const out = flags.required("finetune", "out", "FOLDER");
  const {
    epochs = 3,
    batch = usualBatch[task],
    seed = 0,
    patience,
    length,
    rate,
  } = {
    epochs: flags.number("epochs", { from: 1, whole: true }),
    batch: flags.number("batch", { from: 1, whole: true }),
    seed: flags.number("seed", { from: 0, whole: true }),
    patience: flags.number("patience", { from: 1, whole: true }),
    length: flags.number("length", { from: 8, whole: true }),
    rate: flags.number("rate", { from: Number.MIN_VALUE }),
  };
  const say = (line: string): void => void terminal.stderr.write(`${escapeControls(line)}\n`);
  const data = dataOptions(flags);
  const evaluation = flags.text("eval") ?? "0.1";
  const options: TaskOptions = {
    ...data,
    length,
    batch,
    seed,
    nullAnswers: undefined,
    nullThreshold: undefined,
    tell: say,
  };
  const settings = {
    task,
    model: folder,
    train: file,
    eval: evaluation,
    ...data,
    epochs,
    batch,
    seed,
    patience,
    length,
    rate,
    frozen: flags.has("frozen"),
  };
  const backend = backendOf(flags);
  const run = await RunFolder.open(out, {
    stages: [stage],
    settings,
    outputs: ["model.safetensors", "config.json", "README.md"],
    fresh: flags.has("fresh"),
  });
  const stop = new StopRequest({ name: "bertkit", saved: () => whatIsSaved(run) });
  try {
    await useBackend(backend);
    const model = await fromPretrained(folder);
    let head: object = {};
    try {
      const kind = await trainableKinds[task](model, file, options);
      head = kind.task.head;
      const { train, held } = await examplesOf(kind, evaluation, seed);
      kind.facts.forEach(say);
      if (flags.has("frozen")) freeze(kind.task.head, (path) => path.startsWith("encoder."));
      const learningRate = rate ?? (flags.has("frozen") ? 1e-3 : fineTuningRate(kind.parts.config.hiddenSize));
      say(
        `${train.length} ${kind.things} to train on, ${held.length} held out; ${countParameters(kind.task.head).trainable.toLocaleString("en-US")} numbers to train, rate ${learningRate}`,
      );
      const progress = progressOf(terminal);
      const result = await stop.whileSaving((signal) =>
        fineTune({
          task: kind.task,
          train,
          evaluation: held,
          epochs,
          batchSize: batch,
          learningRate,
          patience,
          seed,
          signal,
          saved: run.stage(stage),
          savingTimes: (save) => new Autosave(save, { onWarning: say }),
          onResume: (at) => say(`resuming after ${at} of the interrupted run (--fresh starts again)`),
          onStep: progress.step,
          onEpoch: (entry) => {
            progress.clear();
            say(epochLine(entry, epochs));
          },
        }),
      );
      if (result.stopped) {
        progress.clear();
        stop.say(`stopped. ${whatIsSaved(run)}`);
        return stop.exitCode;
      }
      await savePretrained(out, kind.parts);
      await run.write(
        "README.md",
        modelCard({
          ...kind,
          base: folder,
          train: train.length,
          held: held.length,
          result,
          settings: {
            epochs,
            batch,
            learningRate,
            seed,
            ...(length !== undefined && { length }),
            frozen: flags.has("frozen"),
          },
        }),
      );
      await run.finish();
      for (const line of closing(task, out, result)) terminal.stdout.write(`${escapeControls(line)}\n`);
      return 0;
    } finally {
      dispose(head); // new parts are not the loaded model's
      model.dispose();
    }
  } finally {
    stop.dispose();
    await run.close();
  }
}

/** What is trained on, and what is held out: another file, or a share of the same one. */
async function examplesOf(
  kind: TrainableKind,
  evaluation: string,
  seed: number,
): Promise<{ train: readonly unknown[]; held: readonly unknown[] }> {
  const share = /^(?:0?\.\d+|\d+)$/.test(evaluation) ? Number(evaluation) : undefined;
  if (share === undefined) return { train: kind.train, held: await kind.read(evaluation) };
  if (!(share > 0 && share < 1))
    throw new UsageError(`--eval must be a file, or a share between 0 and 1, got ${JSON.stringify(evaluation)}`);
  if (kind.train.length < 2)
    throw new UsageError("there are too few examples to hold some out: give a file with --eval");
  const { train, held } = await Dataset.from(kind.train).split(
    { train: 1 - share, held: share },
    { seed, by: (example) => kind.groupOf(example) },
  );
  const parts = { train: await train.toArray(), held: await held.toArray() };
  if (parts.train.length === 0 || parts.held.length === 0)
    throw new UsageError(
      `a share of ${share} leaves ${parts.train.length} examples to train on and ${parts.held.length} to score: give another share, or a file, with --eval`,
    );
  return parts;
}

/** One line that is written over in a terminal; elsewhere a line now and then. */
function progressOf({ stderr }: Terminal): {
  step: (step: Parameters<ProgressLine["add"]>[0] & { totalSteps: number }) => void;
  clear: () => void;
} {
  let line: ProgressLine | undefined;
  let next = performance.now() + 10_000;
  const live = stderr.isTTY === true;
  return {
    step(step) {
      line ??= new ProgressLine({ totalSteps: step.totalSteps });
      const text = line.add(step);
      if (live) stderr.write(`\r${text}\u001b[K`);
      else if (performance.now() >= next) {
        stderr.write(`${text}\n`);
        next = performance.now() + 30_000;
      }
    },
    clear() {
      if (live) stderr.write("\r\u001b[K");
    },
  };
}

function epochLine({ epoch, loss, scores = {} }: EpochScores, epochs: number): string {
  return `epoch ${epoch}/${epochs}  loss ${loss.toFixed(4)}  ${scoresText(scores)}`;
}

export function scoresText(scores: Scores): string {
  return Object.entries(scores)
    .map(([name, score]) => `${name} ${score.toFixed(4)}`)
    .join("  ");
}

function closing(task: Task, out: string, { epochs, best }: FineTuningResult): string[] {
  const scores = epochs.find(({ epoch }) => epoch === best)?.scores ?? {};
  const use = {
    classify: "classify --model OUT < lines.txt",
    ner: "ner --model OUT < lines.txt",
    answer: 'answer --model OUT "A question?" < text.txt',
    choose: "predict --model OUT --data FILE",
  };
  return [
    `saved in ${out}, as of epoch ${best}: ${scoresText(scores)}`,
    `use it: bertkit ${use[task].replace("OUT", out)}`,
  ];
}

function whatIsSaved(run: RunFolder): string {
  const progress = run.progress.get(stage);
  if (progress === undefined) return "Nothing is saved yet; the same command starts from the beginning.";
  return `Saved in ${escapeControls(run.path)}: ${progress}. The same command resumes from there.`;
}

export const finetuneCommand: Command = {
  name: "finetune",
  operands: "TASK",
  summary: "trains a model on examples of your own",
  help,
  run: finetune,
};
