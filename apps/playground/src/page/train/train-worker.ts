import { messageOf, nextTask } from "@bertkit/checks";
// The thread that trains: a classifier on the sentences that the page sends.
import { type CompileProgress, useBackend } from "@bertkit/backend";
import { classifyTexts, topLabel } from "@bertkit/heads";
import {
  adamW,
  classificationBatch,
  Dataset,
  fromPretrained,
  memoryFolder,
  Rng,
  savePretrained,
  SequenceClassifier,
  train,
  warmupLinearDecay,
  type Bert,
  type Pretrained,
} from "bertkit";

import { loadTensors, saveTensors } from "@bertkit/checkpoints";
import { restoreTrainingState, trainingState, type TrainingParts } from "@bertkit/training";

import type { News, Order } from "./messages.ts";
import { forgetRun, savedRun, saveRun, type SavedRun } from "./saved-run.ts";

const [batchSize, learningRate, stepsBetweenAccuracies] = [16, 5e-4, 10] as const;
const lengths = { maxLength: 64, lengthMultiple: 16 } as const;

let model: Pretrained | undefined;
let classifier: SequenceClassifier<Bert> | undefined;
let paused = false;
let resume: () => void = () => {};

const tell = (news: News): void => postMessage(news);

async function trainOn(order: Extract<Order, { kind: "train" }>): Promise<void> {
  const { backend, engine, folder, labels, examples, steps } = order;
  const onCompile = (progress: CompileProgress): void => tell({ kind: "compiled", ...progress });
  const { reason } = await useBackend(backend, { ...engine, onCompile });
  tell({ kind: "started", reason });
  model?.dispose();
  model = await fromPretrained(folder);
  const { encoder, tokenizer } = model;
  const rng = new Rng(1);
  const current = (classifier = new SequenceClassifier({ encoder, labels, rng }));
  const batches = Dataset.from(examples)
    .shuffle({ seed: 1 })
    .batch(batchSize)
    .repeat()
    .map((batch) => classificationBatch(batch, tokenizer, current, lengths));
  const optimizer = adamW({
    learningRate: warmupLinearDecay({ peak: learningRate, warmupSteps: Math.ceil(steps / 10), totalSteps: steps }),
  });
  const parts = { model: current, optimizer, rng };
  const save = async (): Promise<boolean> => {
    const files = memoryFolder();
    await saveTensors(files, "state", trainingState(parts));
    const state = files.files.get("state")!;
    return keeping(saveRun({ folder, labels, examples, steps, step: optimizer.step, state }));
  };
  try {
    if (order.resume) await restore(parts, await savedRun());
    for await (const { step, loss, milliseconds } of train({
      model: current,
      batches: batches.skip(optimizer.step), // a resumed run has the batches of an uninterrupted one
      optimizer,
      rng,
      steps,
      loss: (batch, context) => current.loss(batch, context),
    })) {
      tell({ kind: "step", step, loss, milliseconds });
      if (step % stepsBetweenAccuracies === 0 || step === steps) {
        const scores = await classifyTexts(
          current,
          tokenizer,
          examples.map(({ input }) => input),
          lengths,
        );
        const right = scores.filter((each, i) => topLabel(each).label === examples[i]!.label).length;
        tell({ kind: "accuracy", step, accuracy: right / examples.length });
        await save();
      }
      await nextTask(); // a pause arrives here
      if (paused) {
        tell({ kind: "paused", step, saved: await save() });
        if (paused) await new Promise<void>((go) => (resume = go)); // otherwise it was resumed during the save
      }
    }
  } finally {
    optimizer.dispose();
  }
  await keeping(forgetRun());
  tell({ kind: "trained" });
}

/** Whether the browser's storage took it; training continues without, as in a private window or on a full disk. */
async function keeping(stored: Promise<void>): Promise<boolean> {
  try {
    await stored;
    return true;
  } catch (error) {
    tell({ kind: "unsaved", message: messageOf(error) });
    return false;
  }
}

async function restore(parts: TrainingParts, run: SavedRun | undefined): Promise<void> {
  if (run === undefined) throw new Error("There is no saved run to resume: press Train.");
  const saved = await loadTensors(memoryFolder({ state: run.state }), "state");
  restoreTrainingState(parts, saved);
  for (const tensor of saved.tensors.values()) tensor.dispose();
}

async function obey(order: Order): Promise<void> {
  if (order.kind === "pause") paused = true;
  else if (order.kind === "resume") {
    paused = false;
    resume();
  } else if (order.kind === "train") await trainOn(order);
  else if (model === undefined || classifier === undefined) throw new Error("Nothing is trained yet: press Train.");
  else if (order.kind === "classify") {
    const [scores] = await classifyTexts(classifier, model.tokenizer, [order.text], lengths);
    const sorted = scores!.toSorted((a, b) => b.score - a.score);
    tell({ kind: "labels", candidates: sorted.map(({ label, score }) => ({ name: label, score })) });
  } else {
    const folder = memoryFolder();
    const { config, tokenizer, encoder } = model;
    await savePretrained(folder, { config, tokenizer, encoder, classifier });
    tell({ kind: "saved", files: [...folder.files].map(([name, bytes]) => [name, new Uint8Array(bytes)] as const) });
  }
}

addEventListener("message", ({ data }: MessageEvent<Order>) => {
  obey(data).catch((error: unknown) => tell({ kind: "failed", message: messageOf(error) }));
});
