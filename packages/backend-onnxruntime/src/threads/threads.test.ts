// Kernels that ONNX Runtime splits between threads give the same numbers every time, equal to the cpu backend's.
// BERTKIT_THREAD_RUNS=100 runs every case that many times on 1, 2 and 4 threads.
import { availableParallelism } from "node:os";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { GraphBuilder } from "../onnx/graph-builder.ts";
import { microsoftOperators, operators } from "../onnx/operators.ts";
import { registerOnnxRuntime, type OnnxRuntimeBackend } from "../index.ts";
import { recordedKernels } from "../kernels/register-kernels.ts";
import { cases, type Build } from "./__fixtures__/cases.ts";
import { fusedCases } from "./__fixtures__/fused-cases.ts";
import { roundedByThreads } from "./__fixtures__/rounded-by-threads.ts";

const long = process.env["BERTKIT_THREAD_RUNS"];
const runs = Number(long ?? 2);
const threadCounts = long !== undefined || availableParallelism() > 2 ? [1, 2, 4] : [1, 2];

interface Case {
  readonly build: Build;
  readonly expected: Build;
}

const all = new Map<string, Case>([
  ...Object.entries(cases).map(([name, build]) => [name, { build, expected: build }] as const),
  ...Object.entries(fusedCases),
]);
const emitted = new Set<string>();
const called = new Set<string>();

function valuesOf(build: Build): tf.TypedArray[] {
  const results = [tf.tidy(build)].flat(); // read outside, so that intermediate results are inside the graph, and may be fused
  const values = results.map((tensor) => tensor.dataSync().slice());
  tf.dispose(results);
  return values;
}

function sameBits(a: tf.TypedArray, b: tf.TypedArray): boolean {
  const bytes = ({ buffer, byteOffset, byteLength }: tf.TypedArray): Uint8Array =>
    new Uint8Array(buffer, byteOffset, byteLength);
  return Buffer.compare(bytes(a), bytes(b)) === 0;
}

beforeEach(() => {
  for (const method of ["op", "many", "microsoft"] as const) {
    const original = GraphBuilder.prototype[method] as (...args: unknown[]) => unknown;
    vi.spyOn(GraphBuilder.prototype, method).mockImplementation(function (this: GraphBuilder, ...args: unknown[]) {
      emitted.add(args[0] as string);
      return original.apply(this, args) as never;
    });
  }
  const runKernel = tf.engine().runKernel.bind(tf.engine());
  vi.spyOn(tf.engine(), "runKernel").mockImplementation((name, ...rest) => {
    called.add(name);
    return runKernel(name, ...rest) as never;
  });
});
afterEach(() => vi.restoreAllMocks());

describe(`on ${threadCounts.join(", ")} threads, the cpu backend's numbers and the same bits every time`, () => {
  it.each([...all.keys()])("%s", async (name) => {
    const { build, expected } = all.get(name)!;
    await tf.setBackend("cpu");
    const wanted = valuesOf(expected);
    called.clear();
    const first: tf.TypedArray[][] = [];
    for (const threads of threadCounts) {
      registerOnnxRuntime({ threads });
      await tf.setBackend("onnxruntime");
      const results = valuesOf(build);
      results.forEach((values, i) => expect(values).toBeAllClose(wanted[i]!, { absolute: 1e-4, relative: 1e-4 }));
      for (let run = 1; run < runs; run++)
        valuesOf(build).forEach((values, i) => expect(sameBits(values, results[i]!)).toBe(true));
      first.push(results);
      expect((tf.backend() as OnnxRuntimeBackend).stats().fallbacks).toEqual({});
    }
    if (recordedKernels.includes(name)) expect(called).toContain(name);
    const differ = first.some((results) => results.some((values, i) => !sameBits(values, first[0]![i]!)));
    if (!(name in roundedByThreads)) expect(differ, "add it to rounded-by-threads.ts with the reason").toBe(false);
  });
});

describe("the cases", () => {
  it("cover every recorded kernel", () => {
    expect(recordedKernels.filter((kernel) => !all.has(kernel))).toEqual([]);
  });

  it("emit every operator", () => {
    expect([...operators, ...microsoftOperators].filter((operator) => !emitted.has(operator))).toEqual([]);
  });
});
