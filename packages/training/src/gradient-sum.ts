import { barrier } from "@bertkit/ops";
import type { Context } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";

import { gradientsOf, type LossResult } from "./gradients-of.ts";
import type { Group } from "./group.ts";
import { finiteCheck, type LossScaler } from "./loss-scaler.ts";
import type { Optimizer } from "./optimizer.ts";

/** The means of what was summed. */
export interface SumUpdate {
  readonly loss: number;
  readonly metrics: Record<string, number>;
  /** Whether any process of the group aborts. */
  readonly stop: boolean;
  /** Whether the optimizer did not update, because the scaled gradients are not finite. */
  readonly skipped: boolean;
}

/** Sums gradients, losses and metrics over batches, for one update with their mean. */
export class GradientSum {
  readonly #variables: ReadonlyMap<string, tf.Variable>;
  readonly #context: Context;
  readonly #scaler: LossScaler | undefined;
  /** That of all its gradients; accepting them may change the scaler's. */
  readonly #scale: number | undefined;
  readonly #gradients = new Map<string, tf.Tensor>();
  readonly #metrics = new Map<string, tf.Tensor>();
  #loss: tf.Tensor | undefined;
  /** Number of batches added. */
  count = 0;

  constructor(variables: ReadonlyMap<string, tf.Variable>, context: Context, scaler?: LossScaler) {
    this.#scaler = scaler;
    this.#scale = scaler?.scale;
    this.#variables = variables;
    this.#context = context;
  }

  add(loss: (context: Context) => LossResult): void {
    tf.tidy(() => {
      const found = gradientsOf(this.#variables, () => loss(this.#context), this.#scale);
      for (const [path, gradient] of found.gradients) addTo(this.#gradients, path, gradient);
      for (const [name, metric] of Object.entries(found.metrics)) addTo(this.#metrics, name, metric);
      tf.dispose(found.metrics);
      const total = this.#loss === undefined ? tf.clone(found.loss) : tf.add(this.#loss, found.loss);
      tf.dispose([found.loss, ...(this.#loss ? [this.#loss] : [])]);
      this.#loss = tf.keep(total);
      // On a backend that records kernels, the next batch is then another graph.
      for (const sum of this.#gradients.values()) barrier(sum);
    });
    this.count++;
  }

  /** Updates with the mean over all batches and processes, and frees the sums. */
  async update(optimizer: Optimizer, group: Group | undefined, stop: boolean): Promise<SumUpdate> {
    try {
      return group === undefined ? await this.#updateAlone(optimizer) : await this.#updateIn(group, optimizer, stop);
    } finally {
      this.dispose();
    }
  }

  dispose(): void {
    tf.dispose([...this.#gradients.values(), ...this.#metrics.values(), ...(this.#loss ? [this.#loss] : [])]);
    this.#gradients.clear();
    this.#metrics.clear();
    this.#loss = undefined;
  }

  async #updateAlone(optimizer: Optimizer): Promise<SumUpdate> {
    const skipped = !(await this.#accepted());
    if (!skipped)
      tf.tidy(() => {
        const means = Array.from(this.#gradients, ([path, sum]) => [path, this.#mean(sum, this.count)] as const);
        optimizer.update(this.#variables, new Map(means));
      });
    const numbers = await this.#numbers();
    return { ...this.#means(numbers, this.count), stop: false, skipped };
  }

  /** One buffer has all gradients, the loss, the metrics, whether to stop, and which variables have a gradient. */
  async #updateIn(group: Group, optimizer: Optimizer, stop: boolean): Promise<SumUpdate> {
    // Every process sends all variables: one without a gradient here may have one in another process.
    const paths = [...this.#variables.keys()];
    const lengths = paths.map((path) => this.#variables.get(path)!.size);
    const flat = tf.tidy(() =>
      tf.concat(
        paths.map((path, i) => {
          const sum = this.#gradients.get(path);
          return sum === undefined ? tf.zeros([lengths[i]!]) : tf.reshape(sum, [lengths[i]!]);
        }),
      ),
    );
    const gradients = await flat.data<"float32">();
    flat.dispose();
    const numbers = await this.#numbers();
    const stopAt = gradients.length + numbers.length;
    const buffer = new Float32Array(stopAt + 1 + paths.length);
    buffer.set(gradients);
    buffer.set(numbers, gradients.length);
    buffer[stopAt] = stop ? 1 : 0;
    paths.forEach((path, i) => (buffer[stopAt + 1 + i] = this.#gradients.has(path) ? 1 : 0));
    await group.allReduce(buffer);
    const count = this.count * group.size;
    const sum = buffer.subarray(0, gradients.length);
    const skipped = this.#scaler?.accepts(sum.every(Number.isFinite)) === false; // alike in every process
    const sums = buffer.subarray(gradients.length, stopAt);
    const update = { ...this.#means(sums, count), stop: buffer[stopAt]! > 0, skipped };
    if (skipped) return update;
    tf.tidy(() => {
      const mean = this.#mean(tf.tensor1d(sum), count);
      const parts = tf.split(mean, lengths);
      const means = new Map<string, tf.Tensor>();
      paths.forEach((path, i) => {
        const withGradient = buffer[stopAt + 1 + i]!; // the number of processes
        if (withGradient > 0) means.set(path, tf.reshape(parts[i]!, this.#variables.get(path)!.shape));
      });
      optimizer.update(this.#variables, means);
    });
    return update;
  }

  /** Whether the sums may update; asks the scaler, if there is one. */
  async #accepted(): Promise<boolean> {
    if (this.#scaler === undefined) return true;
    const check = finiteCheck(this.#gradients.values());
    const [value] = await check.data();
    check.dispose();
    return this.#scaler.accepts(value === 0);
  }

  /** The mean of a sum, not scaled. */
  #mean(sum: tf.Tensor, count: number): tf.Tensor {
    const mean = tf.div(sum, count);
    return this.#scale === undefined ? mean : tf.mul(mean, 1 / this.#scale);
  }

  /** The sums of the loss and of the metrics. */
  async #numbers(): Promise<Float32Array> {
    const scalars = [this.#loss!, ...this.#metrics.values()];
    return Float32Array.from(await Promise.all(scalars.map(async (scalar) => (await scalar.data())[0]!)));
  }

  #means(sums: Float32Array, count: number): { loss: number; metrics: Record<string, number> } {
    const [loss, ...metrics] = Array.from(sums, (sum) => sum / count);
    const names = [...this.#metrics.keys()];
    return { loss: loss!, metrics: Object.fromEntries(names.map((name, i) => [name, metrics[i]!])) };
  }
}

function addTo(sums: Map<string, tf.Tensor>, name: string, value: tf.Tensor): void {
  const before = sums.get(name);
  sums.set(name, tf.keep(before === undefined ? tf.clone(value) : tf.add(before, value)));
  before?.dispose();
}
