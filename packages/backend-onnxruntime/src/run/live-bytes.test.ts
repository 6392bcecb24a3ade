import { expect, it } from "vitest";
import { Source } from "../record/source.ts";
import { peakLiveBytes } from "./live-bytes.ts";
import { noAttributes, operation } from "../record/operation.ts";
import { plan } from "../record/plan.ts";
import { Recorder } from "../record/recorder.ts";
import { tensorType } from "../record/types.ts";

const kernel = operation("kernel", () => undefined);
const floats = (size: number) => tensorType("float32", [size]);

/**
 * Records kernels with one output each, given as [size of the output, indices of its inputs, -1 for a tensor in
 * memory].
 */
function planOf(kernels: readonly (readonly [size: number, inputs: readonly number[]])[]) {
  const recorder = new Recorder();
  const inMemory = new Source(floats(1000));
  const made: Source[] = [];
  for (const [size, inputs] of kernels) {
    const read = inputs.map((place) => (place < 0 ? inMemory : made[place]!));
    const types = read.map(({ type }) => type);
    made.push(...recorder.record(kernel, noAttributes, read, types, [floats(size)]));
  }
  made.at(-1)!.held = true;
  for (const source of made.slice(0, -1)) source.held = false;
  return plan(recorder.pending);
}

it("counts a result from the node that computes it to its last reader, and neither inputs nor outputs", () => {
  const chain = planOf([
    [10, [-1]],
    [20, [0]],
    [30, [1]],
    [40, [2]],
  ]);
  expect(peakLiveBytes(chain)).toBe(4 * 50); // 20 and 30; the 40 are the output
  const kept = planOf([
    [10, [-1]],
    [20, [0]],
    [30, [1]],
    [40, [2, 0]],
  ]);
  expect(peakLiveBytes(kept)).toBe(4 * 60);
});

it("is the maximum over time, not the sum", () => {
  const parts = planOf([
    [500, [-1]],
    [1, [0]],
    [200, [-1]],
    [1, [2, 1]],
  ]);
  expect(peakLiveBytes(parts)).toBe(4 * 501);
});
