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

import type { Optimizer } from "./optimizer.ts";

/** What a loss function returns: the loss alone, or with other numbers to watch. */
export type LossResult = tf.Scalar | { loss: tf.Scalar; metrics?: Record<string, tf.Scalar> };

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
  signal: object("an AbortSignal"),
};

/**
 * The training loop, one update for each turn of the caller's `for await`: stop by breaking out of it.
 *
 * @throws at the first turn, TypeError or RangeError for an option that makes no sense, by its name
 * @throws if there is no batch, or no trainable variable
 * @throws if the loss is not a finite number: the update of that step is done, earlier checkpoints are good
 */
export async function* train<Batch>(options: TrainOptions<Batch>): AsyncGenerator<TrainStep, void, void> {
  checkOptions("train", options, rules);
  const { model, batches, optimizer, rng, loss, steps = Infinity, signal } = options;
  requireVariables(trainableVariables(model));
  const context: Context = { training: true, rng };
  if (optimizer.step >= steps || signal?.aborted) return;
  let empty = true;
  for await (const batch of batches) {
    empty = false;
    const start = performance.now();
    const variables = trainableVariables(model); // at each step: freezing and unfreezing hold from the next one on
    requireVariables(variables);
    const measured = trainStep(variables, batch, context, loss, optimizer);
    const [lossValue, metrics] = [await read(measured.loss), await readAll(measured.metrics)];
    if (!Number.isFinite(lossValue)) {
      throw new Error(
        `train: the loss is ${lossValue} at step ${optimizer.step}. Lower the learning rate, warm up longer, or clip the gradients.`,
      );
    }
    yield {
      step: optimizer.step,
      loss: lossValue,
      metrics,
      learningRate: optimizer.learningRate,
      milliseconds: performance.now() - start,
    };
    if (optimizer.step >= steps || signal?.aborted) return;
    // A backend may compute without ever leaving the JavaScript thread; signals and timers need a turn.
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
  }
  if (empty)
    throw new Error(
      "train: batches has no batch, so nothing was trained. A generator gives its batches once: make it again, or pass an array.",
    );
}

function requireVariables(variables: ReadonlyMap<string, tf.Variable>): void {
  if (variables.size === 0)
    throw new Error("train: the model has no trainable variable. Unfreeze some with unfreeze(model).");
}

function trainStep<Batch>(
  variables: Map<string, tf.Variable>,
  batch: Batch,
  context: Context,
  loss: TrainOptions<Batch>["loss"],
  optimizer: Optimizer,
): Measured {
  let measured: Measured | undefined;
  tf.tidy(() => {
    const metrics: Record<string, tf.Scalar> = {};
    const { value, grads } = tf.variableGrads(() => {
      const result = loss(batch, context);
      if (result instanceof tf.Tensor) return result;
      for (const [name, metric] of Object.entries(result.metrics ?? {})) metrics[name] = tf.keep(tf.clone(metric));
      return result.loss;
    }, [...variables.values()]);
    const gradients = new Map<string, tf.Tensor>();
    for (const [path, variable] of variables) {
      const gradient = grads[variable.name];
      if (gradient !== undefined && gradient !== null) gradients.set(path, gradient);
    }
    optimizer.update(variables, gradients);
    measured = { loss: tf.keep(value), metrics };
  });
  return measured!;
}

interface Measured {
  readonly loss: tf.Scalar;
  readonly metrics: Readonly<Record<string, tf.Scalar>>;
}

async function readAll(scalars: Measured["metrics"]): Promise<Record<string, number>> {
  const numbers: Record<string, number> = {};
  for (const [name, scalar] of Object.entries(scalars)) numbers[name] = await read(scalar);
  return numbers;
}

async function read(scalar: tf.Scalar): Promise<number> {
  const [value] = await scalar.data();
  scalar.dispose();
  return value!;
}
