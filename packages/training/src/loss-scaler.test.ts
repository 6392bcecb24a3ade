import { Dense, Rng } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";

import { losses, regression } from "./__fixtures__/regression.ts";
import { adamW } from "./adam-w.ts";
import type { Group } from "./group.ts";
import { finiteCheck, LossScaler } from "./loss-scaler.ts";
import { train, type TrainOptions } from "./train.ts";
import { restoreTrainingState, trainingState } from "./training-state.ts";

beforeAll(() => tf.setBackend("cpu"));

describe("LossScaler", () => {
  it("doubles after an interval without overflow, and halves at an overflow", () => {
    const scaler = new LossScaler({ scale: 8, interval: 3 });
    const scales = [true, true, true, true, false, true, true, true].map((finite) => {
      expect(scaler.accepts(finite)).toBe(finite);
      return scaler.scale;
    });
    expect(scales).toEqual([8, 8, 16, 16, 8, 8, 8, 16]);
    expect(scaler.skipped).toBe(1);
  });

  it("stays from 1 to 2²⁴", () => {
    const high = new LossScaler({ scale: 2 ** 24, interval: 1 });
    high.accepts(true);
    expect(high.scale).toBe(2 ** 24);
    const uneven = new LossScaler({ scale: 10_000, interval: 1 });
    for (let update = 0; update < 12; update++) uneven.accepts(true);
    expect(uneven.scale).toBe(10_240_000);
    const restored = new LossScaler();
    restored.restore(uneven.state());
    expect(restored.state()).toEqual(uneven.state());
    const low = new LossScaler({ scale: 1.5 });
    low.accepts(false);
    expect(low.scale).toBe(1);
    expect(() => low.accepts(false)).toThrow(/gradients are not finite, also without scaling.*train in float32/);
  });

  it("restores its state, and rejects others", () => {
    const first = new LossScaler({ scale: 8, interval: 3 });
    for (const finite of [false, true, true]) first.accepts(finite);
    const second = new LossScaler({ interval: 3 });
    second.restore(JSON.parse(JSON.stringify(first.state())) as ReturnType<LossScaler["state"]>);
    expect(second.state()).toEqual({ scale: 4, updates: 2, skipped: 1 });
    second.accepts(true);
    expect(second.scale).toBe(8);
    second.restore({ scale: 20_480_000, updates: 0, skipped: 0 }); // as an earlier version could save it
    expect(second.scale).toBe(2 ** 24);
    second.restore({ scale: 8, updates: 0, skipped: 0 });
    expect(() => second.restore({ scale: 0, updates: 0, skipped: 0 })).toThrow(/scale must be .* got 0/);
    expect(() => second.restore({ scale: 1, updates: 0.5, skipped: 0 })).toThrow(/updates must be .* got 0\.5/);
    expect(() => second.restore(null as never)).toThrow(/state must be a state of a LossScaler, got null/);
    expect(second.scale).toBe(8);
  });

  it("doubles at the next update if the interval is now shorter", () => {
    const scaler = new LossScaler({ interval: 3 });
    scaler.restore({ scale: 8, updates: 7, skipped: 0 });
    scaler.accepts(true);
    expect(scaler.state()).toEqual({ scale: 16, updates: 0, skipped: 0 });
  });

  it.each([[{ scale: 0.5 }], [{ interval: 0 }], [{ scales: 2 }]])("rejects %j", (options) => {
    expect(() => new LossScaler(options as object)).toThrow(/^LossScaler: /);
  });

  it("checks whether all numbers are finite", () => {
    const check = (...values: number[]): number | undefined =>
      tf.tidy(() => finiteCheck([tf.tensor1d(values), tf.scalar(1)]).dataSync()[0]);
    expect([check(1, -3e38), check(1, Infinity), check(NaN, 1)]).toEqual([0, NaN, NaN]);
  });
});

/** A dense layer with the loss a · kernel: its gradient is the batch, a. */
function linear(batches: number[], lossScaler: LossScaler | undefined, options: Partial<TrainOptions<number>> = {}) {
  const model = new Dense({ inputSize: 1, outputSize: 1, rng: new Rng(0), useBias: false });
  const optimizer = adamW({ learningRate: 0.1, weightDecay: 0 });
  const loss = (batch: number): tf.Scalar => tf.sum(tf.mul(model.kernel, batch)) as tf.Scalar;
  const rng = new Rng(0);
  const again = (more: number[]) => train({ model, batches: more, optimizer, rng, loss, lossScaler, ...options });
  return { model, optimizer, rng, steps: again(batches), again };
}

describe("train with a LossScaler", () => {
  it("trains as without one, leaking no tensor", async () => {
    const expected = await losses(regression(0, () => adamW({ learningRate: 0.05 })).run(20));
    const scaler = new LossScaler({ interval: 5 });
    const scaled = regression(0, () => adamW({ learningRate: 0.05 }), scaler);
    await losses(scaled.run(1));
    const before = tf.memory().numTensors;
    const rest = await losses(scaled.run(20, 1));
    expect(tf.memory().numTensors).toBe(before);
    expect(rest).toBeAllClose(expected.slice(1), { absolute: 1e-6, relative: 1e-5 });
    expect(scaler.state()).toEqual({ scale: 2 ** 20, updates: 0, skipped: 0 });
  });

  it.each([1, 2])("skips and counts what overflows, with accumulate %s", async (accumulate) => {
    const scaler = new LossScaler({ scale: 2 ** 10, interval: 100 });
    const batches = [1, 1, 1e36, 1, 1, 1]; // 1e36 · 2^10 is more than float32 has
    const { model, optimizer, steps } = linear(batches, scaler, { accumulate });
    const kernels: number[] = [];
    for await (const { step } of steps) {
      expect(step).toBe(optimizer.step);
      kernels.push(model.kernel.dataSync()[0]!);
    }
    expect(scaler.state()).toEqual({ scale: 2 ** 9, updates: accumulate === 1 ? 3 : 1, skipped: 1 });
    const plain = linear(
      Array.from({ length: accumulate === 1 ? 5 : 4 }, () => 1),
      undefined,
      { accumulate },
    );
    await losses(plain.steps);
    expect(kernels.at(-1)).toBeCloseTo(plain.model.kernel.dataSync()[0]!, 6);
  });

  it("resumes as if it had never stopped", async () => {
    const run = (scaler: LossScaler) => regression(3, () => adamW({ learningRate: 0.05 }), scaler);
    const whole = new LossScaler({ interval: 4 });
    const expected = await losses(run(whole).run(20));
    const [one, two] = [new LossScaler({ interval: 4 }), new LossScaler({ interval: 4 })];
    const first = run(one);
    await losses(first.run(9));
    const { tensors, json } = trainingState({ ...first, lossScaler: one });
    const second = run(two);
    const parts = { ...second, lossScaler: two };
    const saved = JSON.parse(JSON.stringify(json)) as typeof json;
    const { lossScaler: _, ...without } = saved;
    expect(() => restoreTrainingState(parts, { tensors, json: without })).toThrow(/the state has no loss scale/);
    const damaged = { ...saved, lossScaler: { scale: -1 } };
    expect(() => restoreTrainingState(parts, { tensors, json: damaged })).toThrow(/scale must be .* got -1/);
    restoreTrainingState(parts, { tensors, json: saved });
    expect(await losses(second.run(20, 9))).toEqual(expected.slice(9));
    expect(two.state()).toEqual(whole.state());
  });

  it("decides alike in all processes of a group", async () => {
    // The other process's gradient overflows at the second step.
    let call = 0;
    const group: Group = {
      rank: 0,
      size: 2,
      allReduce: (buffer) => {
        call++;
        buffer.set(buffer.map((value) => 2 * value));
        if (call === 2) buffer[0] = Infinity;
      },
      broadcast() {},
      barrier() {},
    };
    const scaler = new LossScaler();
    const { steps, model } = linear([1, 1, 1], scaler, { group });
    expect(await losses(steps)).toHaveLength(2);
    expect(scaler.state()).toEqual({ scale: 2 ** 15, updates: 1, skipped: 1 });
    const plain = linear([1, 1], undefined);
    await losses(plain.steps);
    expect(model.kernel.dataSync()[0]).toBeCloseTo(plain.model.kernel.dataSync()[0]!, 6);
  });

  it("ends quietly if the last batches of a resumed run are skipped", async () => {
    const scaler = new LossScaler();
    const { steps, again } = linear([1, 1], scaler);
    expect(await losses(steps)).toHaveLength(2);
    expect(await losses(again([1e36]))).toEqual([]);
    expect(scaler.skipped).toBe(1);
  });

  it("throws if nothing was trained, or the loss itself is not finite", async () => {
    const all = linear([1e36, 1e36], new LossScaler());
    await expect(losses(all.steps)).rejects.toThrow(/every step was skipped.*The loss scale is now 16384/);
    await expect(losses(linear([1, NaN], new LossScaler()).steps)).rejects.toThrow(/the loss is NaN at step 1/);
  });
});
