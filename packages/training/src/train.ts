import {
  callable,
  checkOptions,
  either,
  listOf,
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
import type { Group } from "./group.ts";
import type { Optimizer } from "./optimizer.ts";

export interface TrainOptions<Batch> {
  /** Whatever holds the variables; frozen ones are not trained. */
  model: object;
  /** Runs until it ends, or `steps` are done. Best in plain typed arrays, made into tensors by `loss`. */
  batches: (Iterable<Batch> & NoText) | AsyncIterable<Batch>;
  optimizer: Optimizer;
  /** Seeds dropout. */
  rng: Rng;
  /** Called inside a tidy: tensors made here are freed after the step. Must not be async. */
  loss: (batch: Batch, context: Context) => LossResult;
  /** Ends when the optimizer has done this many updates in all. Default: when the batches end. */
  steps?: number;
  /**
   * Gradient accumulation: each update takes the mean gradient of this many batches, in the memory of one. Losses and
   * metrics are means too. Batches at the end that are fewer make no update. Default 1.
   */
  accumulate?: number;
  /**
   * Trains together with other processes: starts from the weights of rank 0, and each update takes the mean gradient of
   * all processes. Each has `batches` of its own, equally many. An abort on one ends all after the same step.
   */
  group?: Group | undefined;
  /** Throws if the loss exceeds that of the first step this many times. Default `Infinity`. */
  divergence?: number;
  /** Ends after the step during which it aborts. */
  signal?: AbortSignal | undefined;
}

export interface TrainStep {
  /** Updates done, from 1. */
  step: number;
  loss: number;
  metrics: Record<string, number>;
  learningRate: number;
  /** Wall time of the step, waiting for the batch not included. */
  milliseconds: number;
}

const rules: Rules<TrainOptions<unknown>> = {
  model: required(object("a model")),
  batches: required(listOf("batches")),
  optimizer: required(object("an optimizer")),
  rng: required(object("an Rng")),
  loss: required(callable),
  steps: either(wholeNumber(), number({ from: Infinity, to: Infinity })),
  accumulate: wholeNumber(1),
  group: object("a Group"),
  divergence: number({ above: 1, to: Infinity }),
  signal: object("an AbortSignal"),
};

/**
 * The training loop, one update for each turn of the caller's `for await`: stop by breaking out of it.
 *
 * @throws at the first turn, TypeError or RangeError for an option that makes no sense, by its name
 * @throws if there is no batch, or no trainable variable
 * @throws if the loss is not a finite number, or diverged: the update of that step is done, earlier checkpoints are good
 */
export async function* train<Batch>(options: TrainOptions<Batch>): AsyncGenerator<TrainStep, void, void> {
  checkOptions("train", options, rules);
  const { model, batches, optimizer, rng, loss, steps = Infinity, signal } = options;
  const { accumulate = 1, group, divergence = Infinity } = options;
  requireVariables(trainableVariables(model));
  if (optimizer.step >= steps || signal?.aborted) return;
  if (group !== undefined) await broadcastVariables(model, group);
  let taken = 0;
  let firstLoss: number | undefined;
  let sum: GradientSum | undefined;
  let [milliseconds, start] = [0, 0];
  try {
    for await (const batch of batches) {
      taken++;
      start = performance.now();
      let measured: Measured;
      if (accumulate === 1 && group === undefined) {
        const variables = trainableVariables(model); // at each step: freezing and unfreezing hold from the next one on
        requireVariables(variables);
        measured = await read(trainStep(variables, batch, { training: true, rng }, loss, optimizer));
      } else {
        sum ??= newSum(model, rng, group);
        sum.add((context) => loss(batch, context));
        milliseconds += performance.now() - start;
        if (sum.count < accumulate) continue;
        start = performance.now();
        measured = await sum.update(optimizer, group, signal?.aborted === true);
        sum = undefined;
      }
      const { step, learningRate } = optimizer;
      milliseconds += performance.now() - start;
      firstLoss ??= measured.loss;
      requireSound(measured.loss, divergence * Math.abs(firstLoss), { step, learningRate, taken });
      yield { step, loss: measured.loss, metrics: measured.metrics, learningRate, milliseconds };
      milliseconds = 0;
      if (step >= steps || (group === undefined ? signal?.aborted : measured.stop)) return;
      // A backend may compute without ever leaving the JavaScript thread; signals and timers need a turn.
      await new Promise<void>((resolve) => setTimeout(resolve, 0));
    }
  } finally {
    sum?.dispose();
  }
  if (taken === 0)
    throw new Error(
      "train: batches has no batch, so nothing was trained. A generator gives its batches once: make it again, or pass an array.",
    );
}

function requireVariables(variables: ReadonlyMap<string, tf.Variable>): void {
  if (variables.size === 0)
    throw new Error("train: the model has no trainable variable. Unfreeze some with unfreeze(model).");
}

function newSum(model: object, rng: Rng, group: Group | undefined): GradientSum {
  const variables = trainableVariables(model);
  requireVariables(variables);
  if (group === undefined) return new GradientSum(variables, { training: true, rng });
  // Each process draws other dropout masks, and all move the shared generator alike.
  let own = rng.split();
  for (let rank = 0; rank < group.rank; rank++) own = own.split();
  return new GradientSum(variables, { training: true, rng: own });
}

function requireSound(loss: number, largest: number, at: { step: number; learningRate: number; taken: number }): void {
  if (Number.isFinite(loss) && loss <= largest) return;
  const what = Number.isFinite(loss) ? `the loss diverged to ${loss}` : `the loss is ${loss}`;
  throw new Error(
    `train: ${what} at step ${at.step}, learning rate ${at.learningRate}, in batch ${at.taken} of this run. Lower the learning rate, warm up longer, or clip the gradients.`,
  );
}

interface Measured {
  readonly loss: number;
  readonly metrics: Record<string, number>;
  /** Whether a process of the group was asked to stop. */
  readonly stop?: boolean;
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
