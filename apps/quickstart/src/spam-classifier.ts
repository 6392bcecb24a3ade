import { createBert, type Bert, type BertConfig } from "@bertkit/encoder";
import { classificationBatch, classifyTexts, SequenceClassifier, type ClassificationBatch } from "@bertkit/heads";
import { accuracy, precisionRecallF1, rocAuc, standardErrorOfProportion, standardErrorOfRocAuc } from "@bertkit/metrics";
import { dispose, freeze, Rng, variables } from "@bertkit/nn";
import type { Tokenizer } from "@bertkit/tokenizer";
import { adamW, train, warmupLinearDecay } from "@bertkit/training";

import { LiveLine } from "./live-line.ts";
import type { Mail } from "./mails.ts";
import type { FineTuning } from "./recipe.ts";

/** How one classifier did on the mails kept aside. */
export interface FineTuned {
  mode: "encoder frozen" | "everything tuned";
  start: "pretrained" | "random weights";
  accuracy: { value: number; standardError: number };
  /** Of spam. */
  f1: number;
  rocAuc: { value: number; standardError: number };
  seconds: number;
}

export interface SpamTask {
  config: BertConfig;
  tokenizer: Tokenizer;
  trainingMails: Mail[];
  evaluationMails: Mail[];
  fineTuning: FineTuning;
  seed: number;
  signal: AbortSignal;
}

export const labels = ["ham", "spam"] as const;

/** A BERT of its own with the same weights. */
export function copyOf(encoder: Bert, config: BertConfig): Bert {
  const copy = createBert(config, new Rng(0));
  const source = variables(encoder);
  for (const [path, variable] of variables(copy)) variable.assign(source.get(path)!);
  return copy;
}

/** Fine-tunes a classifier on top of `encoder`, which it changes unless frozen, and measures it. */
export async function fineTune(
  encoder: Bert,
  mode: FineTuned["mode"],
  start: FineTuned["start"],
  task: SpamTask,
): Promise<{ classifier: SequenceClassifier<Bert>; result: FineTuned }> {
  const { fineTuning, seed, signal } = task;
  const rng = new Rng(seed + 1);
  const classifier = new SequenceClassifier({ encoder, labels, rng });
  if (mode === "encoder frozen") freeze(classifier, (path) => path.startsWith("encoder."));
  const batches = mailBatches(task, classifier, rng);
  const steps = batches.length;
  const peak = mode === "encoder frozen" ? fineTuning.frozenLearningRate : fineTuning.tunedLearningRate;
  const optimizer = adamW({ learningRate: warmupLinearDecay({ peak, warmupSteps: Math.round(steps / 10), totalSteps: steps }) });
  const live = new LiveLine();
  const began = performance.now();
  for await (const { step, loss } of train({
    model: classifier, batches, optimizer, rng, signal,
    loss: (batch: ClassificationBatch, context) => classifier.loss(batch, context),
  })) {
    live.show(`   ${mode}, from ${start}: step ${step}/${steps}  loss ${loss.toFixed(3)}`, step === steps || signal.aborted);
  }
  optimizer.dispose();
  return { classifier, result: { mode, start, ...(await measure(classifier, task)), seconds: (performance.now() - began) / 1000 } };
}

/** Every epoch's batches in an order of its own. */
function mailBatches({ trainingMails, tokenizer, fineTuning }: SpamTask, classifier: SequenceClassifier<Bert>, rng: Rng): ClassificationBatch[] {
  const { length, batchSize, epochs } = fineTuning;
  return Array.from({ length: epochs }).flatMap(() => {
    const mails = [...trainingMails];
    rng.shuffle(mails);
    return Array.from({ length: Math.floor(mails.length / batchSize) }, (_, i) => {
      const examples = mails.slice(i * batchSize, (i + 1) * batchSize).map(({ text, label }) => ({ input: text, label }));
      return classificationBatch(examples, tokenizer, classifier, { maxLength: length, lengthMultiple: length });
    });
  });
}

async function measure(classifier: SequenceClassifier<Bert>, { evaluationMails, tokenizer, fineTuning }: SpamTask) {
  const { length } = fineTuning;
  const scores = await classifyTexts(classifier, tokenizer, evaluationMails.map(({ text }) => text), { maxLength: length, lengthMultiple: length, batchSize: 50 });
  const spamScores = scores.map((row) => row[1]!.score);
  const predicted = spamScores.map((score) => (score > 0.5 ? 1 : 0));
  const truth = evaluationMails.map(({ label }) => (label === "spam" ? 1 : 0));
  const correct = accuracy(predicted, truth);
  const area = rocAuc(spamScores, truth);
  const spam = truth.filter((label) => label === 1).length;
  return {
    accuracy: { value: correct, standardError: standardErrorOfProportion(correct, truth.length) },
    f1: precisionRecallF1(predicted, truth).f1,
    rocAuc: { value: area, standardError: standardErrorOfRocAuc(area, spam, truth.length - spam) },
  };
}

/** All four: frozen and tuned, from the pretrained encoder and from random weights. Also the best start's tuned classifier. */
export async function compareClassifiers(pretrained: Bert, task: SpamTask): Promise<{ classifier: SequenceClassifier<Bert>; results: FineTuned[] }> {
  const results: FineTuned[] = [];
  let kept: SequenceClassifier<Bert> | undefined;
  for (const mode of ["encoder frozen", "everything tuned"] as const) {
    for (const start of ["pretrained", "random weights"] as const) {
      const encoder = start === "pretrained" ? copyOf(pretrained, task.config) : createBert(task.config, new Rng(task.seed + 2));
      const { classifier, result } = await fineTune(encoder, mode, start, task);
      results.push(result);
      if (mode === "everything tuned" && start === "pretrained") kept = classifier;
      else dispose(classifier);
      if (task.signal.aborted) break;
    }
  }
  return { classifier: kept!, results };
}
