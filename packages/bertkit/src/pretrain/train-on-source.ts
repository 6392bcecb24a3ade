import type { Context, Rng } from "@bertkit/nn";
import {
  maskedLmObjective,
  nextSentenceObjective,
  type PretrainingBatch,
  shareBatches,
  sumObjectives,
} from "@bertkit/pretraining";
import { broadcastTrainingState, type Group, type Optimizer, train } from "@bertkit/training";
import { savePretrained } from "../model/save-pretrained.ts";
import { Autosave } from "../run/autosave.ts";
import type { RunFolder } from "../run/run-folder.ts";
import { TensorBoardLog } from "../run/tensor-board-log.ts";
import { BestModels, bestOf } from "./best-models.ts";
import { modelOf, type PretrainingParts } from "./create-pretraining-parts.ts";
import { dataFingerprints } from "./data-fingerprints.ts";
import { evaluateInstances } from "./evaluate-documents.ts";
import { MetricsLog } from "./metrics-log.ts";
import {
  metricsFile,
  type PretrainEvaluation,
  type PretrainOptions,
  type PretrainResult,
  stageName,
} from "./pretrain-options.ts";
import type { PretrainSettings } from "./pretrain-settings.ts";
import type { PretrainingSource, SourcePosition } from "./pretraining-source.ts";

/** What is saved with a run besides weights, moments and random state. */
interface History {
  readonly evaluations: PretrainEvaluation[];
  readonly seconds: number;
  readonly position?: SourcePosition | undefined;
  /** Number of steps that were skipped, if the run has a loss scaler. */
  readonly skipped?: number | undefined;
}

/** A run that is ready to train. */
export interface PreparedRun {
  /** Undefined on ranks other than 0. */
  readonly run: RunFolder | undefined;
  readonly options: PretrainOptions;
  readonly settings: PretrainSettings;
  readonly source: PretrainingSource;
  readonly parts: PretrainingParts;
  readonly optimizer: Optimizer;
  readonly rng: Rng;
}

/** Trains until the end or until it is stopped, from the state that the folder has; saves the model at the end. */
export async function trainOnSource(prepared: PreparedRun): Promise<PretrainResult> {
  const { run, options, settings, source, parts, optimizer, rng } = prepared;
  const { signal, group, lossScaler, onStep, onEvaluation, onMessage = () => {} } = options;
  const { steps, accumulate, evaluateEvery, patience, keepBest } = settings;
  const { encoder, maskedLm: head, nextSentence: pairHead } = parts;
  const objective =
    pairHead === undefined
      ? maskedLmObjective(head)
      : sumObjectives(maskedLmObjective(head), nextSentenceObjective(pairHead));
  const state = { model: modelOf(parts), optimizer, rng, ...(lossScaler && { lossScaler }) };
  const stage = run?.stage(stageName, dataFingerprints({ source, tokenizer: parts.tokenizer }));
  const before = (await stage?.restoreTraining<History>(state))?.history;
  if (before?.skipped !== undefined && lossScaler === undefined)
    throw new TypeError("pretrain: the run scales its loss. Pass a lossScaler to resume it, or fresh to start again.");
  if (group !== undefined) await broadcastTrainingState(state, group);
  const skippedBefore = (await numberOfFirst(before?.skipped ?? 0, group)) - (lossScaler?.skipped ?? 0);
  const skipped = (): number => skippedBefore + (lossScaler?.skipped ?? 0);
  const position = await positionOfFirst(before?.position, group);
  const from = optimizer.step;
  if (from > 0) onMessage(`resuming from step ${from} of ${steps}.`);

  const log = run && (await MetricsLog.open(run, metricsFile, from, onMessage));
  const board = run && options.tensorBoard ? await TensorBoardLog.open(run.file("tensorboard"), from) : undefined;
  const best = run && new BestModels(run.file("best"), keepBest);
  const evaluations = [...(before?.evaluations ?? [])];
  const start = performance.now();
  const seconds = (): number => (before?.seconds ?? 0) + (performance.now() - start) / 1000;
  const save = async (): Promise<void> => {
    const { position: next = position } = source; // it has none before the first batch
    const history: History = {
      evaluations,
      seconds: seconds(),
      position: next,
      ...(lossScaler && { skipped: skipped() }),
    };
    await stage?.saveTraining(state, `step ${optimizer.step} of ${steps}`, history);
  };
  const { saveEvery = 10 } = options;
  const autosave = new Autosave(save, { everySeconds: saveEvery, onWarning: onMessage });
  const evaluate = async (): Promise<void> => {
    if (run === undefined || source.heldOut.length === 0) return;
    const found = await evaluateInstances(parts, source.heldOut);
    const evaluation = { step: optimizer.step, ...found };
    evaluations.push(evaluation);
    const line = { ...evaluation, evaluation: true };
    log?.add(line);
    board?.add("evaluation", evaluation.step, { ...found });
    onEvaluation?.(evaluation);
    await best?.add(evaluations, parts);
  };

  let early = await ofFirst(isOver(evaluations, patience), group);
  const { rank = 0, size = 1 } = group ?? {};
  // All processes of a group end after the same step, so none ends before the first.
  const untilFirst = { onMessage, ...(group === undefined && { signal }) };
  const batches = shareBatches(source.batches(from + skipped(), position, untilFirst), { accumulate, rank, size });
  const loss = (batch: PretrainingBatch, context: Context) => objective.loss(encoder, batch, context);
  if (!early)
    for await (const step of train({ ...state, batches, steps, accumulate, group, signal, loss })) {
      log?.add(step);
      const { loss: value, learningRate, metrics } = step;
      board?.add("train", step.step, { loss: value, learningRate, ...metrics });
      onStep?.(step);
      if (evaluateEvery > 0 && step.step % evaluateEvery === 0) {
        await evaluate();
        early = await ofFirst(isOver(evaluations, patience), group);
      }
      await (step.step + skipped() === steps || early || signal?.aborted ? autosave.now() : autosave.afterStep());
      if (early) break;
    }
  // A skipped step has used its batch.
  const done = optimizer.step + skipped() === steps || early;
  // Another process may have received the signal, or this one during a skipped step.
  if (!done && (group !== undefined || lossScaler !== undefined)) await autosave.now();
  if (done && run !== undefined) {
    if (early) onMessage(`no lower loss in ${patience} evaluations: stopping early.`);
    if (evaluations.at(-1)?.step !== optimizer.step) await evaluate();
    await savePretrained(run.path, parts);
    await run.finish();
  }
  await group?.barrier();
  const unsaved = done ? undefined : autosave.failure;
  return { step: optimizer.step, done, settings, evaluations, seconds: seconds(), unsaved };
}

/** A decision of rank 0, sent to the others. */
async function ofFirst(decision: boolean, group: Group | undefined): Promise<boolean> {
  return (await numberOfFirst(decision ? 1 : 0, group)) === 1;
}

async function numberOfFirst(number: number, group: Group | undefined): Promise<number> {
  if (group === undefined) return number;
  const sent = Float32Array.of(number);
  await group.broadcast(sent);
  return sent[0]!;
}

/** The position that rank 0 has restored, sent to the others. */
async function positionOfFirst(
  position: SourcePosition | undefined,
  group: Group | undefined,
): Promise<SourcePosition | undefined> {
  if (group === undefined) return position;
  const count = Float32Array.of(position?.length ?? 0);
  await group.broadcast(count);
  if (count[0] === 0) return undefined;
  const numbers = new Float32Array(count[0]!);
  if (group.rank === 0) numbers.set(position ?? []);
  await group.broadcast(numbers);
  return [...numbers];
}

/** Whether the best evaluation is at least `patience` evaluations old. */
function isOver(evaluations: readonly PretrainEvaluation[], patience: number): boolean {
  const [best] = bestOf(evaluations, 1);
  return patience > 0 && best !== undefined && evaluations.length - 1 - evaluations.indexOf(best) >= patience;
}
