import { useBackend } from "@bertkit/backend";
import { type Bert, bertInputs } from "@bertkit/encoder";
import { dispose, inference } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, test } from "vitest";
import { tinyPretrainingModel } from "../__fixtures__/tiny-model.ts";
import { type Fault, withFault } from "../__fixtures__/with-fault.ts";
import { CanaryError } from "../index.ts";
import { checkCanary, writeCanary } from "./canary.ts";

/** What backends have done wrong, kernel by kernel. On whole numbers and booleans, factors become other numbers. */
const faults: Readonly<Record<string, Fault>> = {
  "3 % too large": (values, { dtype }) => values.map((value) => (dtype === "float32" ? value * 1.03 : value + 1)),
  zeros: (values) => values.fill(0),
  "a place off": (values) => values.map((_, i) => values.at(i - 1)!),
  transposed: (values, { shape }) => transposed(values, shape),
  "the end not computed": (values) => values.fill(0, Math.floor(values.length * 0.9)),
  "operand ignored": (values, output, inputs) =>
    output.shape.length === 4 ? values : firstOperand(values, output, inputs),
  "mask ignored": (values, output, inputs) =>
    output.shape.length === 4 && inputs[1]?.shape[2] === 1 ? firstOperand(values, output, inputs) : values,
  "every third wrong": (values, { dtype }) =>
    values.map((value, i) => (i % 3 > 0 ? value : dtype === "float32" ? value + 0.3 : value === 0 ? 1 : 0)),
};

describe.each(["node", "wasm"] as const)("the canary, on %s", (backend) => {
  afterEach(() => useBackend("cpu"));

  test("catches every fault in every kernel of a forward pass", async () => {
    await useBackend("cpu");
    const model = tinyPretrainingModel();
    const text = await writeCanary(model);
    await useBackend(backend);
    const kernels = await kernelsOf(() => checkCanary(model, text));
    expect(kernels.length).toBeGreaterThan(12);
    const before = tf.memory().numTensors;
    const missed: string[] = [];
    let report = "";
    let injected = 0;
    for (const kernel of kernels) {
      const caught: string[] = [];
      for (const [name, fault] of Object.entries(faults)) {
        const { result, changed } = await withFault(kernel, fault, () => errorOf(checkCanary(model, text)));
        if (!changed && result === undefined) continue; // the kernel's results have nothing that this makes wrong
        if (result === undefined && (await makesNoDifference(kernel, fault, model))) {
          caught.push(`(${name} changes no output, also of other rows)`);
          continue;
        }
        injected++;
        if (result === undefined) missed.push(`${kernel}: ${name}`);
        else caught.push(CanaryError.isInstance(result) ? name : `${name} (${(result as Error).message.slice(0, 60)})`);
      }
      report += `  ${kernel}: ${caught.join(", ")}\n`;
    }
    process.stdout.write(`${backend}: ${injected} faults, ${missed.length} missed. Caught:\n${report}`);
    expect(missed).toEqual([]);
    expect(injected).toBeGreaterThan(4 * kernels.length);
    expect(tf.memory().numTensors).toBe(before);
    await checkCanary(model, text); // and without a fault, nothing
    dispose(model);
  }, 300_000);
});

async function kernelsOf(run: () => Promise<void>): Promise<string[]> {
  const { kernelNames } = await tf.profile(async () => {
    await run();
    return [] as tf.Tensor[];
  });
  return [...new Set(kernelNames)].filter((name) => tf.getKernel(name, tf.getBackend()) !== undefined);
}

/** Whether the encoder's output for other rows, with and without padding, stays right within the canary's tolerance. */
async function makesNoDifference(kernel: string, fault: Fault, { encoder }: { encoder: Bert }): Promise<boolean> {
  const ids = Int32Array.from({ length: 60 }, (_, i) => (5 * i) % 19);
  const attentionMask = ids.map((_, i) => Number(i % 20 < 20 - 7 * Math.floor(i / 20)));
  const batch = { inputIds: ids, tokenTypeIds: ids.map((id) => id % 2), attentionMask, shape: [3, 20] as const };
  const run = async (): Promise<number[]> => {
    const output = tf.tidy(() => encoder.forward(bertInputs(batch), inference).sequenceOutput);
    const numbers = [...(await output.data())];
    output.dispose();
    return numbers;
  };
  const right = await run();
  const { result } = await withFault(kernel, fault, run);
  return result.every((value, i) => Math.abs(value - right[i]!) < 2e-3);
}

async function errorOf(work: Promise<void>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** The result of a binary kernel that ignores its second operand. */
function firstOperand(values: Float32Array, output: tf.TensorInfo, [first]: readonly tf.TensorInfo[]): Float32Array {
  const isLike = first?.dtype === output.dtype && tf.util.arraysEqual(first.shape, output.shape);
  return isLike ? (tf.backend().readSync(first.dataId) as Float32Array) : values;
}

/** The numbers of the last two axes in the order of their transpose, as a product with swapped strides returns them. */
function transposed(values: Float32Array, shape: readonly number[]): Float32Array {
  const [rows = 1, columns = 1] = shape.slice(-2);
  return values.map((_, i) => {
    const within = i % (rows * columns);
    return values[i - within + (within % rows) * columns + Math.floor(within / rows)]!;
  });
}
