import { Dataset } from "@bertkit/datasets";
import { createBert, type Bert, type BertConfig } from "@bertkit/encoder";
import { classificationBatch, classifyTexts, SequenceClassifier, type ClassificationBatch } from "@bertkit/heads";
import { accuracy, precisionRecallF1, rocAuc } from "@bertkit/metrics";
import { dispose, freeze, Rng, variables, type Context } from "@bertkit/nn";
import type { Tokenizer } from "@bertkit/tokenizer";
import { adamW, train, warmupLinearDecay } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";
import { Autosave, LiveLine, type SavedStage } from "bertkit/node";

import { drawMails, type Mail } from "./mails.ts";
import { copyOfEncoder } from "./pretraining-model.ts";
import type { FineTuning } from "./recipe.ts";

/** Scores of a classifier on the held-out mails. */
export interface ClassifierScores {
  accuracy: number;
  /** F1 of spam. */
  f1: number;
  rocAuc: number;
}

/** How the encoder was initialized. */
export type Start = "further pretrained" | "pretrained" | "random weights";

/** Scores of a kind of classifier, per draw of mails. */
export interface FineTuned {
  mode: "encoder frozen" | "everything tuned";
  start: Start;
  draws: ClassifierScores[];
}

export interface SpamTask {
  config: BertConfig;
  tokenizer: Tokenizer;
  mails: readonly Mail[];
  fineTuning: FineTuning;
  seed: number;
  saved: SavedStage;
  signal: AbortSignal;
}

interface MailDraw {
  training: Mail[];
  heldOut: Mail[];
  seed: number;
}

export const labels = ["ham", "spam"] as const;

/** Results of the comparison, and the last tuned classifier that started from the first encoder. */
export interface Comparison {
  /** Undefined if the comparison was interrupted before. */
  classifier: SequenceClassifier<Bert> | undefined;
  results: FineTuned[];
  /** The error if the last classifier could not be saved. */
  unsaved: unknown;
}

/**
 * Trains every kind of classifier on several draws of mails: frozen and tuned, from each encoder given and from random
 * weights. Each is saved after training and evaluation; an interrupted comparison resumes with the classifier that was
 * being trained.
 */
export async function compareClassifiers(encoders: ReadonlyMap<Start, Bert>, task: SpamTask): Promise<Comparison> {
  const { config, fineTuning, signal, saved } = task;
  let results = (["encoder frozen", "everything tuned"] as const).flatMap((mode) =>
    [...encoders.keys(), "random weights" as const].map((start): FineTuned => ({ mode, start, draws: [] })),
  );
  const [keptStart] = encoders.keys();
  let kept: SequenceClassifier<Bert> | undefined;
  const all = fineTuning.draws * results.length;
  const done = () => results.reduce((sum, { draws }) => sum + draws.length, 0);

  const before = await saved.load();
  if (before !== undefined) {
    results = before.json as FineTuned[];
    if (before.tensors.size > 0) kept = classifierFrom(before.tensors, config);
    tf.dispose([...before.tensors.values()]);
    console.log(`   resuming after ${before.progress} of the interrupted run (--fresh starts again)`);
  }
  const autosave = new Autosave(() => {
    const tensors = kept === undefined ? new Map<string, tf.Tensor>() : variables(kept);
    return saved.save({ tensors, json: results, progress: `${done()} of ${all} classifiers` });
  });

  for (let draw = 0; draw < fineTuning.draws && !signal.aborted; draw++) {
    const seed = task.seed + draw;
    const mails = drawMails(task.mails, fineTuning.trainingMails + fineTuning.evaluationMails, new Rng(seed));
    const split = {
      training: mails.slice(0, fineTuning.trainingMails),
      heldOut: mails.slice(fineTuning.trainingMails),
      seed,
    };
    for (const { mode, start, draws } of results) {
      if (signal.aborted) break;
      if (draws.length > draw) continue;
      const given = encoders.get(start);
      const encoder = given === undefined ? createBert(config, new Rng(seed)) : copyOfEncoder(given, config);
      const classifier = await fineTune(encoder, { mode, start }, split, task);
      if (signal.aborted) {
        dispose(classifier); // training was interrupted
        break;
      }
      draws.push(await measure(classifier, split.heldOut, task));
      if (mode === "everything tuned" && start === keptStart) {
        if (kept !== undefined) dispose(kept);
        kept = classifier;
      } else dispose(classifier);
      await autosave.now();
    }
  }
  return { classifier: kept, results, unsaved: autosave.failure };
}

/** The saved classifier with its encoder. */
function classifierFrom(tensors: ReadonlyMap<string, tf.Tensor>, config: BertConfig): SequenceClassifier<Bert> {
  const rng = new Rng(0);
  const classifier = new SequenceClassifier({ encoder: createBert(config, rng), labels, rng });
  for (const [path, variable] of variables(classifier)) variable.assign(tensors.get(path)!);
  return classifier;
}

/** Trains a classifier on top of `encoder`, which changes unless frozen. */
async function fineTune(
  encoder: Bert,
  { mode, start }: Pick<FineTuned, "mode" | "start">,
  mails: MailDraw,
  task: SpamTask,
): Promise<SequenceClassifier<Bert>> {
  const { fineTuning, signal } = task;
  const rng = new Rng(mails.seed);
  const classifier = new SequenceClassifier({ encoder, labels, rng });
  if (mode === "encoder frozen") freeze(classifier, (path) => path.startsWith("encoder."));
  const batches = await mailBatches(mails.training, task, classifier, rng);
  const peak = mode === "encoder frozen" ? fineTuning.frozenLearningRate : fineTuning.tunedLearningRate;
  const optimizer = adamW({
    learningRate: warmupLinearDecay({ peak, warmupSteps: Math.round(batches.length / 10), totalSteps: batches.length }),
  });
  const live = new LiveLine();
  const loss = (batch: ClassificationBatch, context: Context) => classifier.loss(batch, context);
  for await (const { step, loss: value } of train({ model: classifier, batches, optimizer, rng, signal, loss })) {
    live.show(
      `   draw ${mails.seed - task.seed + 1}/${fineTuning.draws}, ${mode}, from ${start}: step ${step}/${batches.length}  loss ${value.toFixed(3)}`,
    );
  }
  live.clear();
  optimizer.dispose();
  return classifier;
}

function inputOf({ subject, body }: Mail): [string, string] {
  return [subject, body];
}

/**
 * The batches of all epochs, each in a new random order. Drawn before training, which draws dropout from the same `rng`.
 */
async function mailBatches(
  mails: readonly Mail[],
  { tokenizer, fineTuning }: SpamTask,
  classifier: SequenceClassifier<Bert>,
  rng: Rng,
): Promise<ClassificationBatch[]> {
  const { length, batchSize, epochs } = fineTuning;
  const shuffled = (): Mail[] => {
    const order = [...mails];
    rng.shuffle(order);
    return order;
  };
  return Dataset.from(shuffled)
    .batch({ size: batchSize, dropRemainder: true })
    .repeat(epochs)
    .map((batch) => {
      const examples = batch.map((mail) => ({ input: inputOf(mail), label: mail.label }));
      return classificationBatch(examples, tokenizer, classifier, { maxLength: length, lengthMultiple: length });
    })
    .toArray();
}

async function measure(
  classifier: SequenceClassifier<Bert>,
  mails: readonly Mail[],
  { tokenizer, fineTuning }: SpamTask,
): Promise<ClassifierScores> {
  const { length } = fineTuning;
  const texts = mails.map(inputOf);
  const scores = await classifyTexts(classifier, tokenizer, texts, {
    maxLength: length,
    lengthMultiple: length,
    batchSize: 50,
  });
  const spamScores = scores.map((row) => row[1]!.score);
  const predicted = spamScores.map((score) => (score > 0.5 ? 1 : 0));
  const truth = mails.map(({ label }) => (label === "spam" ? 1 : 0));
  return {
    accuracy: accuracy(predicted, truth),
    f1: precisionRecallF1(predicted, truth).f1,
    rocAuc: rocAuc(spamScores, truth),
  };
}
