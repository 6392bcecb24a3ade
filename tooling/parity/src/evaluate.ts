import { Rng } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";

import { type BuiltCase, numbers, type ParityCase } from "./parity-case.ts";

/** The result of one case on one backend, as plain numbers for JSON. */
export interface CaseResult {
  name: string;
  outputs: Record<string, number[]>;
  /** Gradients of a weighted sum of the outputs, by variable. */
  gradients: Record<string, number[]>;
  /** Tensors left over after one forward and one backward pass. */
  leaked: number;
}

/** Runs a case on the active backend: outputs, then gradients. */
export async function evaluate(parityCase: ParityCase): Promise<CaseResult> {
  const built = await build(parityCase);
  const before = tf.memory().numTensors;
  const outputs = await read(tf.tidy(() => ({ ...built.forward() })));
  const gradients = built.variables.size === 0 ? {} : await gradientsOf(built);
  return { name: parityCase.name, outputs, gradients, leaked: tf.memory().numTensors - before };
}

export async function build(parityCase: ParityCase): Promise<BuiltCase> {
  return parityCase.build(new Rng(20));
}

/** A weighted sum of the outputs, with a different weight for every element. */
export function weightedSum({ forward, differentiate }: BuiltCase): tf.Scalar {
  return tf.tidy(() => {
    const outputs = forward();
    const rng = new Rng(21);
    const parts = (differentiate ?? Object.keys(outputs)).map((name) => {
      const output = outputs[name];
      if (output === undefined)
        throw new Error(`parity: "${name}" is not among the outputs ${Object.keys(outputs).join(", ")}.`);
      return tf.sum(tf.mul(output, tf.tensor(numbers(rng, output.size), output.shape)));
    });
    return tf.addN(parts) as tf.Scalar;
  });
}

/** Gradients of the loss, or of the weighted sum, by variable. */
export async function gradientsOf(built: BuiltCase): Promise<Record<string, number[]>> {
  const { value, grads } = tf.variableGrads(() => built.loss?.() ?? weightedSum(built), [...built.variables.values()]);
  tf.dispose(value);
  const byPath: Record<string, tf.Tensor> = {};
  for (const [path, { name }] of built.variables) {
    const gradient = grads[name];
    if (gradient === undefined || gradient === null) throw new Error(`parity: ${path} has no gradient.`);
    byPath[path] = gradient;
  }
  return read(byPath);
}

/** Reads and disposes tensors. */
async function read(tensors: Record<string, tf.Tensor>): Promise<Record<string, number[]>> {
  const entries = await Promise.all(
    Object.entries(tensors).map(async ([name, tensor]) => [name, Array.from(await tensor.data())] as const),
  );
  tf.dispose(tensors);
  return Object.fromEntries(entries);
}
