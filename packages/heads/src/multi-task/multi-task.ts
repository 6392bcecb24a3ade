import { checkObject, checkOptions, number, object, required, type Rules } from "@bertkit/checks";
import type { Context } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { ClassifierLoss } from "../classifier-loss.ts";

/** A head with a loss, such as each head of this package. */
export interface LossHead {
  // Each head has its own type of batches, so that heads of different tasks fit into one model.
  loss(batch: never, context: Context): ClassifierLoss;
}

/** Options of `MultiTask`. */
export interface MultiTaskOptions<Heads extends Readonly<Record<string, LossHead>>> {
  /** Heads by task, over one encoder. */
  readonly heads: Heads;
  /** Weight of each task's loss. Default 1. */
  readonly weights?: { readonly [Task in keyof Heads]?: number };
}

/** Batches by task, for the `loss` of each head. A task without a batch is not part of the step. */
export type TaskBatches<Heads extends Readonly<Record<string, LossHead>>> = {
  readonly [Task in keyof Heads]?: Parameters<Heads[Task]["loss"]>[0];
};

/**
 * Trains several heads over one encoder (Liu et al., 2019, "Multi-task deep neural networks"). The loss of a step is the
 * weighted sum of the losses of the tasks that have a batch in it; the shared encoder gets all their gradients. Alternate
 * the tasks, or pass a batch of each in every step.
 */
export class MultiTask<Heads extends Readonly<Record<string, LossHead>>> {
  readonly heads: Heads;
  readonly weights: Readonly<Record<string, number>>;

  /** @throws RangeError without heads, or for a weight of a task that has no head */
  constructor(options: MultiTaskOptions<Heads>) {
    const rules: Rules<MultiTaskOptions<Heads>> = {
      heads: required(object("heads by task")),
      weights: object("weights by task"),
    };
    checkOptions("MultiTask", options, rules);
    const { heads, weights = {} } = options;
    const tasks = Object.keys(heads);
    if (tasks.length === 0)
      throw new RangeError("MultiTask: heads must be one or more, got none. Pass { task: head }.");
    checkOptions("MultiTask: weights", weights, Object.fromEntries(tasks.map((task) => [task, number({ from: 0 })])));
    for (const [task, head] of Object.entries(heads)) checkObject("MultiTask", `heads.${task}`, head, "a head", "loss");
    this.heads = heads;
    this.weights = Object.fromEntries(tasks.map((task) => [task, (weights as Record<string, number>)[task] ?? 1]));
  }

  /** The weighted sum of the tasks' losses; metrics are `task.loss` and those of each head. Call it in `tf.tidy`. */
  loss(batches: TaskBatches<Heads>, context: Context): ClassifierLoss {
    checkObject("MultiTask", "batches", batches, "batches by task");
    const metrics: Record<string, tf.Scalar> = {};
    const losses: tf.Scalar[] = [];
    for (const [task, batch] of Object.entries(batches)) {
      if (batch === undefined) continue;
      const head = Object.hasOwn(this.heads, task) ? this.heads[task] : undefined;
      if (head === undefined)
        throw new RangeError(
          `MultiTask: there is no task ${JSON.stringify(task)}. Use ${Object.keys(this.heads).join(", ")}.`,
        );
      const own = head.loss(batch as never, context);
      losses.push(tf.mul(own.loss, this.weights[task]!));
      metrics[`${task}.loss`] = own.loss;
      for (const [name, value] of Object.entries(own.metrics)) metrics[`${task}.${name}`] = value;
    }
    if (losses.length === 0) throw new RangeError("MultiTask: a step needs a batch of one task or more, got none.");
    return { loss: tf.addN(losses) as tf.Scalar, metrics };
  }
}
