import { countParameters, dispose, escapeControls, freeze } from "@bertkit/nn";
import { fineTune, fineTuningRate } from "../fine-tuning/fine-tune.ts";
import { modelCard } from "../fine-tuning/model-card.ts";
import { isRepository } from "../model/folder-of.ts";
import { fromPretrained } from "../model/from-pretrained.ts";
import { savePretrained } from "../model/save-pretrained.ts";
import { Autosave } from "../run/autosave.ts";
import { requireNoModel } from "../run/require-no-model.ts";
import { RunFolder } from "../run/run-folder.ts";
import { StopRequest } from "../run/stop-request.ts";
import type { Command } from "./command.ts";
import { dataOptions } from "./data/data-options.ts";
import { examplesFingerprint } from "./examples-fingerprint.ts";
import { finetuneArguments, type FinetuneArguments } from "./finetune-arguments.ts";
import { examplesOf } from "./finetune-examples.ts";
import { finetuneHelp } from "./finetune-options.ts";
import { closing, epochLine, progressOf, whatIsSaved } from "./finetune-report.ts";
import { modelFingerprint } from "./model-fingerprint.ts";
import { trainableKinds } from "./tasks/kinds.ts";
import type { TrainableKind } from "./tasks/task-kind.ts";
import { selectBackend } from "./select-backend.ts";
import type { Terminal } from "./terminal.ts";

const stage = "fine-tuning";
/** The file of the model card. */
const card = "README.md";
/** Saved for data options that are not given, so that a resumed run cannot add one. */
const unset: Readonly<Record<string, null>> = Object.fromEntries(Object.keys(dataOptions).map((name) => [name, null]));

/** Trains a model for a task and saves it. Returns the exit status. */
async function finetune(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = finetuneArguments(args);
  const { task, model: folder, train, length, batch, seed } = given.settings;
  const run = await RunFolder.open(given.out, {
    stages: [stage],
    settings: { ...unset, ...given.settings },
    outputs: ["model.safetensors", "config.json", card],
    fresh: given.fresh,
  });
  const stop = new StopRequest({ name: "bertkit", saved: () => whatIsSaved(run, stage, given.fresh) });
  try {
    requireNoModel(run, given.fresh, [card]);
    await selectBackend(given.backend, terminal.stderr);
    const baseIsRepository = await isRepository(folder);
    const model = await fromPretrained(folder);
    let head: object = {};
    try {
      const base = {
        fingerprint: await modelFingerprint(model),
        isRepository: baseIsRepository,
        hasPooler: model.encoder.pooler !== undefined,
      };
      const kind = await trainableKinds[task](model, train, {
        ...given.data,
        length,
        batch,
        seed,
        nullAnswers: undefined,
        nullThreshold: undefined,
        log: (line) => say(terminal, line),
      });
      head = kind.task.head;
      return await trainAndSave(kind, base, given, run, stop, terminal);
    } finally {
      dispose(head); // a new head does not belong to the loaded model
      model.dispose();
    }
  } finally {
    stop.dispose();
    await run.close();
  }
}

/** With fewer held-out examples a warning is printed: one more correct one changes the score by a tenth or more. */
const fewHeldOut = 10;

/** The model that training starts from. */
interface Base {
  readonly fingerprint: string;
  readonly isRepository: boolean;
  /** If not, a pooler in the head's encoder is new. */
  readonly hasPooler: boolean;
}

async function trainAndSave(
  kind: TrainableKind,
  base: Base,
  { out, settings, fresh }: FinetuneArguments,
  run: RunFolder,
  stop: StopRequest,
  terminal: Terminal,
): Promise<number> {
  const { task, epochs, batch, seed, frozen, patience, length } = settings;
  const { train, heldOut } = await examplesOf(kind, settings.train, settings.eval, seed);
  for (const fact of kind.facts) say(terminal, fact);
  const loaded = base.hasPooler ? /(?:^|\.)encoder\./ : /(?:^|\.)encoder\.(?!pooler\.)/;
  if (frozen) freeze(kind.task.head, (path) => loaded.test(path));
  const learningRate =
    settings.rate ?? (frozen ? 1e-3 : fineTuningRate(kind.parts.config.hiddenSize) * (task === "embed" ? 0.4 : 1));
  say(
    terminal,
    `${train.length} ${kind.things} to train on, ${heldOut.length} held out; ${countParameters(kind.task.head).trainable.toLocaleString("en-US")} trainable parameters, learning rate ${Number(learningRate.toPrecision(3))}`,
  );
  if (heldOut.length < fewHeldOut)
    say(
      terminal,
      `with only ${heldOut.length} held out, the best epoch is chosen almost by chance, and may be the first. Hold out more, or give a file, with --eval`,
    );
  const progress = progressOf(terminal);
  const result = await stop.whileSaving((signal) =>
    fineTune({
      task: kind.task,
      train,
      evaluation: heldOut,
      epochs,
      batchSize: batch,
      learningRate,
      patience,
      seed,
      signal,
      saved: run.stage(stage, {
        "SHA-256 of the base model": base.fingerprint,
        "SHA-256 of the training examples": examplesFingerprint(train),
        "SHA-256 of the held-out examples": examplesFingerprint(heldOut),
        "labels of the head": labelsOf(kind),
      }),
      savingTimes: (save) => new Autosave(save, { onWarning: (warning) => say(terminal, warning) }),
      onResume: (at) => say(terminal, `resuming after ${at} of the interrupted run (--fresh starts again)`),
      onStep: progress.step,
      onEpoch: (entry) => {
        progress.clear();
        say(terminal, epochLine(entry, epochs));
      },
    }),
  );
  if (result.stopped) {
    progress.clear();
    stop.say(`stopped. ${whatIsSaved(run, stage, fresh)}`);
    return stop.exitCode;
  }
  await savePretrained(out, kind.parts);
  const text = modelCard({
    ...kind,
    base: settings.model,
    baseIsRepository: base.isRepository,
    train: train.length,
    heldOut: heldOut.length,
    result,
    settings: { epochs, batch, learningRate, seed, ...(length !== undefined && { length }), frozen },
  });
  await run.write(card, text);
  await run.finish();
  for (const line of closing(task, out, result)) terminal.stdout.write(`${escapeControls(line)}\n`);
  return 0;
}

/** The labels of the head, in its order; undefined if it has none. */
function labelsOf({ task }: TrainableKind): readonly string[] | undefined {
  return (task.head as { readonly labels?: readonly string[] }).labels;
}

function say({ stderr }: Terminal, line: string): void {
  stderr.write(`${escapeControls(line)}\n`);
}

export const finetuneCommand: Command = {
  name: "finetune",
  operands: "TASK",
  summary: "trains a model on your own examples",
  help: finetuneHelp,
  run: finetune,
};
