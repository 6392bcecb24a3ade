import {
  callable,
  checkOptions,
  either,
  listOf,
  nextTask,
  number,
  object,
  required,
  wholeNumber,
  type NoText,
  type Rules,
} from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";
import { trainableVariables, type Context, type Rng } from "@bertkit/nn";

import { broadcastVariables } from "./broadcast-training-state.ts";
import { GradientSum } from "./gradient-sum.ts";
import { gradientsOf, type LossResult } from "./gradients-of.ts";
import { groupRule, type Group } from "./group.ts";
import type { LossScaler } from "./loss-scaler.ts";
import type { Optimizer } from "./optimizer.ts";

export interface TrainOptions<Batch> {
  /** Any object that holds the variables. Frozen ones are not trained. */
  readonly model: object;
  /** Training ends with the batches or after `steps`. Typed arrays are best, from which `loss` makes tensors. */
  readonly batches: (Iterable<Batch> & NoText) | AsyncIterable<Batch>;
  readonly optimizer: Optimizer;
  /** Seeds dropout. */
  readonly rng: Rng;
  /** Called in `tf.tidy`: its tensors are freed after the step. Must not be async. */
  readonly loss: (batch: Batch, context: Context) => LossResult;
  /** Total number of updates of the optimizer, including those before a resume. Default: until the batches end. */
  readonly steps?: number;
  /**
   * Gradient accumulation: each update uses the mean gradient of this many batches, with the memory of one. Losses and
   * metrics are means too. An incomplete group at the end is dropped. Default 1.
   */
  readonly accumulate?: number;
  /**
   * Trains with other processes: all start with the weights of rank 0, and each update uses their mean gradient. Each
   * process has its own `batches`, the same number of them. If one aborts, all end after the same step.
   */
  readonly group?: Group | undefined;
  /**
   * Dynamic loss scaling, for a backend that computes in float16. A batch, or with `accumulate` a group of batches, whose
   * scaled gradients are not finite is skipped without a step. Default: none.
   */
  readonly lossScaler?: LossScaler | undefined;
  /** Throws if the loss exceeds this multiple of the first step's loss that is not 0. Default `Infinity`. */
  readonly divergence?: number;
  /** Ends training after the current step. */
  readonly signal?: AbortSignal | undefined;
}

export interface TrainStep {
  /** Number of updates so far, from 1. */
  readonly step: number;
  readonly loss: number;
  readonly metrics: Record<string, number>;
  readonly learningRate: number;
  /** Wall time of the step, without the time to get the batch. */
  readonly milliseconds: number;
}

const rules: Rules<TrainOptions<unknown>> = {
  model: required(object("a model")),
  batches: required(listOf("batches")),
  optimizer: required(object("an optimizer", "update")),
  rng: required(object("an Rng", "random")),
  loss: required(callable),
  steps: either(wholeNumber(), number({ from: Infinity, to: Infinity })),
  accumulate: wholeNumber(1),
  group: groupRule,
  lossScaler: object("a LossScaler", "accepts"),
  divergence: number({ above: 1, to: Infinity }),
  signal: object("an AbortSignal", "aborted"),
};

/**
 * The training loop: one update per iteration of a `for await` loop. Break out of the loop to stop.
 *
 * @throws TypeError or RangeError for an invalid option, at the first iteration
 * @throws if there is no batch, or no trainable variable
 * @throws if the loss is not finite or diverged. That step's update has been applied; if gradients were not finite before
 *   the loss was, an earlier one has too, and the last checkpoint may have weights that are not finite: use the one before
 */
export async function* train<Batch>(options: TrainOptions<Batch>): AsyncGenerator<TrainStep, void, void> {
  checkOptions("train", options, rules);
  const { model, batches, optimizer, rng, loss, steps = Infinity, signal } = options;
  const { accumulate = 1, group, lossScaler, divergence = Infinity } = options;
  requireVariables(trainableVariables(model));
  if (optimizer.step >= steps || (group === undefined && signal?.aborted)) return;
  if (group !== undefined) await broadcastVariables(model, group);
  let taken = 0;
  let made = 0;
  const skippedBefore = lossScaler?.skipped ?? 0;
  let firstLoss = 0;
  let sum: GradientSum | undefined;
  let [milliseconds, start] = [0, 0];
  try {
    for await (const batch of batches) {
      taken++;
      start = performance.now();
      let measured: Measured;
      if (accumulate === 1 && group === undefined && lossScaler === undefined) {
        const variables = trainableVariables(model); // at each step, because the caller may freeze and unfreeze variables
        requireVariables(variables);
        measured = await read(trainStep(variables, batch, { training: true, rng }, loss, optimizer));
      } else {
        sum ??= newSum(model, rng, group, lossScaler);
        sum.add((context) => loss(batch, context));
        milliseconds += performance.now() - start;
        if (sum.count < accumulate) continue;
        start = performance.now();
        measured = await sum.update(optimizer, group, signal?.aborted === true);
        sum = undefined;
      }
      const { step, learningRate } = optimizer;
      milliseconds += performance.now() - start;
      firstLoss ||= Math.abs(measured.loss);
      const largest = firstLoss > 0 ? divergence * firstLoss : Infinity;
      requireNoDivergence(measured.loss, largest, { step, learningRate, taken });
      if (measured.skipped !== true) {
        made++;
        yield { step, loss: measured.loss, metrics: measured.metrics, learningRate, milliseconds };
        milliseconds = 0;
      }
      if (step >= steps || (group === undefined ? signal?.aborted : measured.stop)) return;
      // Lets signals and timers run, which a synchronous backend would block.
      await nextTask();
    }
  } finally {
    sum?.dispose();
  }
  if (taken === 0 && group === undefined && signal?.aborted) return; // the batches may have ended because of it
  if (taken === 0)
    throw new Error(
      "train: batches has no batch, so nothing was trained. A generator can be read only once: create it again, or pass an array.",
    );
  const allSkipped = made === 0 && lossScaler !== undefined && lossScaler.skipped > skippedBefore;
  if (allSkipped && optimizer.step > 0) return; // the last batches of a resumed run
  if (allSkipped)
    throw new Error(
      `train: every step was skipped, because gradients were not finite, so nothing was trained. The loss scale is now ${lossScaler.scale}: pass more batches, or a LossScaler with this scale.`,
    );
  if (made === 0)
    throw new RangeError(
      `train: ${taken} batches are too few for a step with accumulate ${accumulate}, so nothing was trained. Lower accumulate, or pass more batches.`,
    );
}

function requireVariables(variables: ReadonlyMap<string, tf.Variable>): void {
  if (variables.size === 0)
    throw new Error("train: the model has no trainable variable. Unfreeze some with unfreeze(model).");
}

function newSum(model: object, rng: Rng, group: Group | undefined, scaler: LossScaler | undefined): GradientSum {
  const variables = trainableVariables(model);
  requireVariables(variables);
  if (group === undefined) return new GradientSum(variables, { training: true, rng }, scaler);
  // Each process draws different dropout masks, and all advance the shared generator equally.
  let own = rng.split();
  for (let rank = 0; rank < group.rank; rank++) own = own.split();
  return new GradientSum(variables, { training: true, rng: own }, scaler);
}

function requireNoDivergence(
  loss: number,
  largest: number,
  at: { step: number; learningRate: number; taken: number },
): void {
  if (Number.isFinite(loss) && loss <= largest) return;
  const what = Number.isFinite(loss) ? `the loss diverged to ${loss}` : `the loss is ${loss}`;
  throw new Error(
    `train: ${what} at step ${at.step}, learning rate ${at.learningRate}, in batch ${at.taken} of this run. Lower the learning rate, warm up longer, or clip the gradients.`,
  );
}

interface Measured {
  readonly loss: number;
  readonly metrics: Record<string, number>;
  /** Whether any process of the group aborts. */
  readonly stop?: boolean;
  readonly skipped?: boolean;
}

interface MeasuredTensors {
  readonly loss: tf.Scalar;
  readonly metrics: Readonly<Record<string, tf.Scalar>>;
}

function trainStep<Batch>(
  variables: Map<string, tf.Variable>,
  batch: Batch,
  context: Context,
  loss: TrainOptions<Batch>["loss"],
  optimizer: Optimizer,
): MeasuredTensors {
  let measured: MeasuredTensors | undefined;
  tf.tidy(() => {
    const { gradients, ...rest } = gradientsOf(variables, () => loss(batch, context));
    optimizer.update(variables, gradients);
    measured = rest;
  });
  return measured!;
}

async function read({ loss, metrics }: MeasuredTensors): Promise<Measured> {
  const numbers: Record<string, number> = {};
  const value = await readScalar(loss);
  for (const [name, scalar] of Object.entries(metrics)) numbers[name] = await readScalar(scalar);
  return { loss: value, metrics: numbers };
}

async function readScalar(scalar: tf.Scalar): Promise<number> {
  const [value] = await scalar.data();
  scalar.dispose();
  return value!;
}
