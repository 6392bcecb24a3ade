import { Rng } from "@bertkit/nn";
import {
  linearMaskingRate,
  maskedLmObjective,
  nextSentenceObjective,
  pretrainingBatches,
  pretrainingInstances,
  pretrainingTensors,
  sumObjectives,
  type PretrainingVocabulary,
  type RandomDocument,
  type TokenDocument,
} from "@bertkit/pretraining";
import { ProgressLine, train, type TrainStep } from "@bertkit/training";

import { Autosave, LiveLine, type SavedStage } from "bertkit/node";

import type { PretrainingModel } from "./pretraining-model.ts";
import { pretrainingOptimizer } from "./pretraining-optimizer.ts";
import type { PretrainingPlan } from "./recipe.ts";

export interface Pretraining {
  plan: PretrainingPlan;
  model: PretrainingModel;
  documents: readonly TokenDocument[];
  /** Draws the document of a random next segment. */
  randomDocument: RandomDocument;
  vocabulary: PretrainingVocabulary;
  seed: number;
  saved: SavedStage;
  /** Minimum seconds between saves. */
  saveEvery: number;
  signal: AbortSignal;
  /** Called after every step. */
  onStep?: (step: number) => void;
}

/** A point of the curves: means over the steps since the previous point. */
export interface CurvePoint {
  step: number;
  loss: number;
  maskedLmLoss: number;
  maskedLmAccuracy: number;
  nextSentenceAccuracy: number;
}

export interface Pretrained {
  /** Number of updates; less than planned if interrupted. */
  step: number;
  curve: CurvePoint[];
  seconds: number;
}

/** Saved in addition to the training state. */
interface History {
  curve: CurvePoint[];
  /** Steps since the last point of the curves. */
  pending: TrainStep[];
  /** Duration of training so far. */
  seconds: number;
}

/**
 * Pretrains with masked LM and next-sentence prediction; resumes an interrupted run if one is saved. `unsaved` is the
 * error if the last step could not be saved.
 */
export async function pretrain(parts: Pretraining): Promise<Pretrained & { unsaved: unknown }> {
  const { plan, documents, vocabulary, seed, saved, signal } = parts;
  const { encoder, maskedLmHead, nextSentenceHead } = parts.model;
  const objective = sumObjectives(maskedLmObjective(maskedLmHead), nextSentenceObjective(nextSentenceHead));
  const model = { encoder, objective };
  const rng = new Rng(seed).split();
  const optimizer = pretrainingOptimizer(plan);
  const { history: before } = (await saved.restoreTraining<History>({ model, optimizer, rng })) ?? {};
  if (optimizer.step > 0)
    console.log(`   resuming from step ${optimizer.step} of the interrupted run (--fresh starts again)`);

  const { batchSize, sequenceLength } = plan;
  const maskedLmProbability = linearMaskingRate({ ...plan.masking, instances: plan.steps * batchSize });
  const predictionsAt = (instance: number) => Math.ceil(sequenceLength * maskedLmProbability(instance));
  const instances = pretrainingInstances(
    documents,
    {
      vocabulary,
      maxSequenceLength: sequenceLength,
      maxPredictionsPerSequence: Math.ceil(sequenceLength * Math.max(plan.masking.from, plan.masking.to)),
      maskedLmProbability,
      randomDocument: parts.randomDocument,
    },
    new Rng(seed),
  );
  const maxPredictions = (batch: number) => predictionsAt(batch * batchSize);
  const batches = skip(
    pretrainingBatches(instances, { batchSize, length: sequenceLength, maxPredictions }),
    optimizer.step,
  );

  const curve: CurvePoint[] = before?.curve ?? [];
  let pending: TrainStep[] = before?.pending ?? [];
  const progress = new ProgressLine({
    totalSteps: plan.steps,
    tokensPerStep: batchSize * sequenceLength,
    metrics: {
      maskedLmAccuracy: { label: "masked-LM accuracy", percent: true },
      nextSentenceAccuracy: { label: "next-sentence accuracy", percent: true },
    },
  });
  const live = new LiveLine();
  const earlier = before?.seconds ?? 0;
  const start = performance.now();
  const seconds = () => earlier + (performance.now() - start) / 1000;
  const autosave = new Autosave(
    () => {
      const history: History = { curve, pending, seconds: seconds() };
      return saved.saveTraining({ model, optimizer, rng }, `step ${optimizer.step} of ${plan.steps}`, history);
    },
    { everySeconds: parts.saveEvery },
  );

  const pointEvery = Math.max(1, Math.floor(plan.steps / 200));
  const loss = (batch: Parameters<typeof pretrainingTensors>[0], context: Parameters<typeof objective.loss>[2]) =>
    objective.loss(encoder, pretrainingTensors(batch), context);
  for await (const step of train({ model, batches, optimizer, rng, steps: plan.steps, signal, loss })) {
    parts.onStep?.(step.step);
    const last = step.step === plan.steps || signal.aborted;
    live.show(`   ${progress.add(step)}`, last);
    pending.push(step);
    if (step.step % pointEvery === 0) {
      curve.push(curvePoint(pending));
      pending = [];
    }
    await (last ? autosave.now() : autosave.afterStep());
  }
  const result = { step: optimizer.step, curve, seconds: seconds(), unsaved: autosave.failure };
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
