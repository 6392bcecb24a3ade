import * as tf from "@tensorflow/tfjs";

export const version = 1;

/** Many products in one run. */
export function products(x: tf.Tensor2D, times: number): { last: tf.Tensor; name: string } {
  const last = tf.tidy(() => {
    let y = x;
    for (let i = 0; i < times; i++) y = tf.tanh(tf.matMul(y, x));
    return y;
  });
  return { last, name: `${times} products` };
}

/** Returns its tensors, and the number of tensors in this thread. */
export function echo(...tensors: tf.Tensor[]): [tf.Tensor[], number] {
  return [tensors.map((tensor) => tf.clone(tensor)), tf.memory().numTensors];
}

const weight = tf.variable(tf.zeros([2, 2]));
const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
model.compile({ optimizer: tf.train.adam(0.1), loss: "meanSquaredError" });

/** Returns the same variable twice: first kept, then given away. */
export function keeps(): [tf.Tensor, tf.Tensor] {
  weight.assign(tf.add(weight, 1));
  return [tf.clone(weight), tf.add(weight, 0.5)];
}

/** Trains for some steps; the losses before and after. */
export async function fit(x: tf.Tensor2D, y: tf.Tensor2D, epochs: number): Promise<number[]> {
  const { history } = await model.fit(x, y, { epochs, verbose: 0 });
  const losses = history["loss"] as number[];
  return [losses[0]!, losses.at(-1)!];
}

/** Counts the generators that have ended. */
export let ended = 0;

/** The sums of x with 1, 2, …, one by one; at `failsAt` an error. */
export async function* sums(x: tf.Tensor, count: number, failsAt = Infinity): AsyncGenerator<tf.Tensor, string> {
  try {
    for (let step = 1; step <= count; step++) {
      if (step === failsAt) throw new RangeError(`no step ${step}`);
      yield tf.add(x, step);
    }
    return `${count} sums`;
  } finally {
    ended++;
  }
}

export function endedSums(): number {
  return ended;
}

export function notAGenerator(x: tf.Tensor): AsyncGenerator<tf.Tensor, string> {
  return sums(x, 1);
}

export async function broken(): Promise<never> {
  throw new RangeError("broken on purpose");
}

/** The marker of an error class. */
export const marker: symbol = Symbol.for("bertkit/run-in-worker.test");

export async function brokenGpu(): Promise<never> {
  const error = Object.assign(new Error("lost", { cause: new TypeError("inner") }), { name: "OwnError", lost: true });
  throw Object.defineProperty(error, marker, { value: true });
}

export function unsendable(): () => void {
  return () => undefined;
}

export function ends(): never {
  process.exit(3);
}
