import type { Bert } from "@bertkit/encoder";
import { Rng } from "@bertkit/nn";
import {
  anyDocument,
  maskedLm,
  nearbyDocument,
  nextSentence,
  pretrainingBatches,
  pretrainingInstances,
  pretrainingTensors,
  sum,
  type MaskedLmHead,
  type NextSentenceHead,
  type PretrainingVocabulary,
  type TokenDocument,
} from "@bertkit/pretraining";
import { adamW, ProgressLine, train, warmupLinearDecay, type TrainStep } from "@bertkit/training";

import { LiveLine } from "./live-line.ts";
import type { Recipe } from "./recipe.ts";
import type { RunFolder } from "./run-folder.ts";

export interface Pretraining {
  recipe: Recipe;
  encoder: Bert;
  maskedLmHead: MaskedLmHead;
  nextSentenceHead: NextSentenceHead;
  documents: readonly TokenDocument[];
  vocabulary: PretrainingVocabulary;
  seed: number;
  run: RunFolder;
  signal: AbortSignal;
  /** Told of every step done. */
  onStep?: (step: number) => void;
}

/** A point of the curves: means over the steps since the point before. */
export interface CurvePoint {
  step: number;
  loss: number;
  maskedLmLoss: number;
  maskedLmAccuracy: number;
  nextSentenceAccuracy: number;
}

export interface Pretrained {
  /** Updates done; fewer than the recipe's when interrupted. */
  step: number;
  curve: CurvePoint[];
  seconds: number;
}

const savedEvery = 60_000;

/** Pretrains with masked LM and next-sentence prediction; goes on from an interrupted run where the folder holds one. */
export async function pretrain(parts: Pretraining): Promise<Pretrained> {
  const { recipe, encoder, documents, vocabulary, seed, run, signal } = parts;
  const objective = sum(maskedLm(parts.maskedLmHead), nextSentence(parts.nextSentenceHead));
  const model = { encoder, objective };
  const rng = new Rng(seed).split();
  const optimizer = adamW({
    learningRate: warmupLinearDecay({
      peak: recipe.peakLearningRate,
      warmupSteps: Math.round(recipe.steps * recipe.warmupShare),
      totalSteps: recipe.steps,
    }),
  });
  const before = await run.restore({ model, optimizer, rng });
  if (optimizer.step > 0)
    console.log(`   going on from step ${optimizer.step} of the interrupted run (--fresh starts anew)`);

  const predictions = Math.ceil(recipe.sequenceLength * 0.15);
  const shape = { length: recipe.sequenceLength, maxPredictions: predictions };
  const nearby = nearbyDocument(10);
  const instances = pretrainingInstances(
    documents,
    {
      vocabulary,
      maxSequenceLength: recipe.sequenceLength,
      maxPredictionsPerSequence: predictions,
      randomDocument: (...draw) => (draw[2].random() < recipe.nearbyRandomNext ? nearby : anyDocument)(...draw),
    },
    new Rng(seed),
  );
  const batches = skip(pretrainingBatches(instances, { ...shape, batchSize: recipe.batchSize }), optimizer.step);

  const curve: CurvePoint[] = before?.curve ?? [];
  let pending: TrainStep[] = [];
  const progress = new ProgressLine({
    totalSteps: recipe.steps,
    tokensPerStep: recipe.batchSize * recipe.sequenceLength,
    metrics: {
      maskedLmAccuracy: { label: "masked-LM accuracy", percent: true },
      nextSentenceAccuracy: { label: "next-sentence accuracy", percent: true },
    },
  });
  const live = new LiveLine();
  const earlier = before?.seconds ?? 0;
  const start = performance.now();
  const seconds = () => earlier + (performance.now() - start) / 1000;
  const save = () => run.save({ model, optimizer, rng }, { curve, seconds: seconds() });
  let savedAt = start;

  const pointEvery = Math.max(1, Math.floor(recipe.steps / 200));
  const loss = (batch: Parameters<typeof pretrainingTensors>[0], context: Parameters<typeof objective.loss>[2]) =>
    objective.loss(encoder, pretrainingTensors(batch), context);
  for await (const step of train({ model, batches, optimizer, rng, steps: recipe.steps, signal, loss })) {
    parts.onStep?.(step.step);
    const last = step.step === recipe.steps || signal.aborted;
    live.show(`   ${progress.add(step)}`, last);
    pending.push(step);
    if (step.step % pointEvery === 0) {
      curve.push(curvePoint(pending));
      pending = [];
    }
    if (last || performance.now() - savedAt > savedEvery) {
      await save();
      savedAt = performance.now();
    }
  }
  const result = { step: optimizer.step, curve, seconds: seconds() };
  optimizer.dispose();
  return result;
}

function* skip<T>(items: Iterable<T>, count: number): Generator<T> {
  let index = 0;
  for (const item of items) if (index++ >= count) yield item;
}

function curvePoint(steps: TrainStep[]): CurvePoint {
  const mean = (value: (step: TrainStep) => number) =>
    steps.reduce((total, step) => total + value(step), 0) / steps.length;
  return {
    step: steps.at(-1)!.step,
    loss: mean((step) => step.loss),
    maskedLmLoss: mean((step) => step.metrics["maskedLmLoss"]!),
    maskedLmAccuracy: mean((step) => step.metrics["maskedLmAccuracy"]!),
    nextSentenceAccuracy: mean((step) => step.metrics["nextSentenceAccuracy"]!),
  };
}
