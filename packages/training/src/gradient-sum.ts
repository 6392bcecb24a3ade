import { barrier } from "@bertkit/ops";
import type { Context } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";

import { gradientsOf, type LossResult } from "./gradients-of.ts";
import type { Group } from "./group.ts";
import type { Optimizer } from "./optimizer.ts";

/** Sums gradients, losses and metrics over batches, for one update with their mean. */
export class GradientSum {
  readonly #variables: ReadonlyMap<string, tf.Variable>;
  readonly #context: Context;
  readonly #gradients = new Map<string, tf.Tensor>();
  readonly #metrics = new Map<string, tf.Tensor>();
  #loss: tf.Tensor | undefined;
  /** Number of batches added. */
  count = 0;

  constructor(variables: ReadonlyMap<string, tf.Variable>, context: Context) {
    this.#variables = variables;
    this.#context = context;
  }

  add(loss: (context: Context) => LossResult): void {
    tf.tidy(() => {
      const found = gradientsOf(this.#variables, () => loss(this.#context));
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
  async update(
    optimizer: Optimizer,
    group: Group | undefined,
    stop: boolean,
  ): Promise<{ loss: number; metrics: Record<string, number>; stop: boolean }> {
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

  async #updateAlone(optimizer: Optimizer): Promise<{ loss: number; metrics: Record<string, number>; stop: boolean }> {
    tf.tidy(() => {
      const means = Array.from(this.#gradients, ([path, sum]) => [path, tf.div(sum, this.count)] as const);
      optimizer.update(this.#variables, new Map(means));
    });
    const numbers = await this.#numbers();
    return { ...this.#means(numbers, this.count), stop: false };
  }

  /** One buffer has all gradients, the loss, the metrics, and whether to stop. */
  async #updateIn(
    group: Group,
    optimizer: Optimizer,
    stop: boolean,
  ): Promise<{ loss: number; metrics: Record<string, number>; stop: boolean }> {
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
    const buffer = new Float32Array(gradients.length + numbers.length + 1);
    buffer.set(gradients);
    buffer.set(numbers, gradients.length);
    buffer[buffer.length - 1] = stop ? 1 : 0;
    await group.allReduce(buffer);
    const count = this.count * group.size;
    tf.tidy(() => {
      const mean = tf.div(tf.tensor1d(buffer.subarray(0, gradients.length)), count);
      const parts = tf.split(mean, lengths);
      const means = paths.map((path, i) => [path, tf.reshape(parts[i]!, this.#variables.get(path)!.shape)] as const);
      optimizer.update(this.#variables, new Map(means));
    });
    const sums = buffer.subarray(gradients.length, buffer.length - 1);
    return { ...this.#means(sums, count), stop: buffer[buffer.length - 1]! > 0 };
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
