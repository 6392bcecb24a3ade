import { useBackend } from "@bertkit/backend";
import { Dataset } from "@bertkit/datasets";
import { countParameters, dispose, escapeControls, freeze } from "@bertkit/nn";
import { fineTune, fineTuningRate } from "../fine-tuning/fine-tune.ts";
import { modelCard } from "../fine-tuning/model-card.ts";
import { fromPretrained } from "../model/from-pretrained.ts";
import { savePretrained } from "../model/save-pretrained.ts";
import { Autosave } from "../run/autosave.ts";
import { RunFolder } from "../run/run-folder.ts";
import { StopRequest } from "../run/stop-request.ts";
import type { Command } from "./command.ts";
import { dataOptionsOf } from "./data/data-options.ts";
import { type Task, tasks } from "./data/task.ts";
import { finetuneHelp, finetuneOptions } from "./finetune-options.ts";
import { closing, epochLine, progressOf, whatIsSaved } from "./finetune-report.ts";
import { parseOptions, requireOption } from "./options/parse-options.ts";
import { trainableKinds } from "./tasks/kinds.ts";
import type { TaskOptions, TrainableKind } from "./tasks/task-kind.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

const usualBatch: Readonly<Record<Task, number>> = {
  classify: 32,
  ner: 32,
  answer: 16,
  choose: 8,
  rank: 8,
  embed: 32,
};

const stage = "fine-tuning";

/** Trains a model for a task and saves it. Returns the exit status. */
async function finetune(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, operands } = parseOptions(args, finetuneOptions);
  const [name, ...others] = operands;
  const task = tasks.find((known) => known === name);
  if (task === undefined || others.length > 0)
    throw new UsageError(
      `finetune needs one TASK: ${tasks.join(", ")}${name === undefined ? "" : `, got ${JSON.stringify(operands.join(" "))}`}`,
    );
  const folder = requireOption("finetune", "--model FOLDER", values.model);
  const file = requireOption("finetune", "--train FILE", values.train);
  const out = requireOption("finetune", "--out FOLDER", values.out);
  const { epochs = 3, batch = usualBatch[task], seed = 0, frozen = false, backend = "auto" } = values;
  if (task === "embed" && frozen) throw new UsageError("embed has no head of its own to train: leave out --frozen");
  const { eval: evaluation = "0.1", fresh = false, patience, length, rate } = values;
  const say = (line: string): void => void terminal.stderr.write(`${escapeControls(line)}\n`);
  const data = dataOptionsOf(values);
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
    frozen,
  };
  const run = await RunFolder.open(out, {
    stages: [stage],
    settings,
    outputs: ["model.safetensors", "config.json", "README.md"],
    fresh,
  });
  const stop = new StopRequest({ name: "bertkit", saved: () => whatIsSaved(run, stage) });
  try {
    await useBackend(backend);
    const model = await fromPretrained(folder);
    let head: object = {};
    try {
      const kind = await trainableKinds[task](model, file, options);
      head = kind.task.head;
      const { train, held } = await examplesOf(kind, file, evaluation, seed);
      kind.facts.forEach(say);
      if (frozen) freeze(kind.task.head, (path) => /(?:^|\.)encoder\./.test(path));
      const learningRate =
        rate ?? (frozen ? 1e-3 : fineTuningRate(kind.parts.config.hiddenSize) * (task === "embed" ? 0.4 : 1));
      say(
        `${train.length} ${kind.things} to train on, ${held.length} held out; ${countParameters(kind.task.head).trainable.toLocaleString("en-US")} trainable parameters, learning rate ${learningRate}`,
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
        stop.say(`stopped. ${whatIsSaved(run, stage)}`);
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
            frozen,
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

/** The examples to train on, and those held out: another file, or a fraction of the same one. */
async function examplesOf(
  kind: TrainableKind,
  file: string,
  evaluation: string,
  seed: number,
): Promise<{ train: readonly unknown[]; held: readonly unknown[] }> {
  const { things, train: all } = kind;
  if (all.length === 0) throw new Error(`${file} has no ${things}. Give a file with some.`);
  const fraction = /^(?:0?\.\d+|\d+)$/.test(evaluation) ? Number(evaluation) : undefined;
  if (fraction === undefined) {
    const held = await kind.read(evaluation);
    if (held.length === 0) throw new Error(`${evaluation} has no ${things}. Give a file with some.`);
    return { train: all, held };
  }
  if (!(fraction > 0 && fraction < 1))
    throw new UsageError(`--eval must be a file, or a fraction between 0 and 1, got ${JSON.stringify(evaluation)}`);
  if (kind.train.length < 2)
    throw new UsageError("there are too few examples to hold some out: give a file with --eval");
  const { train, held } = await Dataset.from(kind.train).split(
    { train: 1 - fraction, held: fraction },
    { seed, by: (example) => kind.groupOf(example) },
  );
  const parts = { train: await train.toArray(), held: await held.toArray() };
  if (parts.train.length === 0 || parts.held.length === 0)
    throw new UsageError(
      `a fraction of ${fraction} leaves ${parts.train.length} examples to train on and ${parts.held.length} to score: give another fraction, or a file, with --eval`,
    );
  return parts;
}

export const finetuneCommand: Command = {
  name: "finetune",
  operands: "TASK",
  summary: "trains a model on your own examples",
  help: finetuneHelp,
  run: finetune,
};
