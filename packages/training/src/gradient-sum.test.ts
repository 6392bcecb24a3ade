import { Dense, freeze, Rng, variables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";

import { groupInProcess } from "./__fixtures__/group-in-process.ts";
import { adamW, broadcastTrainingState, train, trainingState, type Group, type TrainOptions } from "./index.ts";

beforeAll(() => tf.setBackend("cpu"));

interface Rows {
  readonly x: number[][];
  readonly y: number[];
}

/** Batches of eight rows. */
function eights(count: number): Rows[] {
  const rng = new Rng(4);
  return Array.from({ length: count }, () => {
    const x = Array.from({ length: 8 }, () => [rng.normal(), rng.normal(), rng.normal()]);
    return { x, y: x.map(([a, b, c]) => 2 * a! - b! + 0.5 * c! + 1) };
  });
}

function cut({ x, y }: Rows, part: number, parts: number): Rows {
  const [from, to] = [(part * 8) / parts, ((part + 1) * 8) / parts];
  return { x: x.slice(from, to), y: y.slice(from, to) };
}

function model(seed: number) {
  const rng = new Rng(seed);
  const dense = new Dense({ inputSize: 3, outputSize: 1, rng });
  const optimizer = adamW({ learningRate: 0.05 });
  const loss = ({ x, y }: Rows) => {
    const errors = tf.sub(tf.reshape(dense.forward(tf.tensor2d(x)), [y.length]), tf.tensor1d(y));
    return {
      loss: tf.mean(tf.square(errors)) as tf.Scalar,
      metrics: { loss: tf.mean(tf.abs(errors)) as tf.Scalar },
    };
  };
  return { model: { dense }, rng, optimizer, loss };
}

async function run(options: TrainOptions<Rows>): Promise<{ steps: number[][]; weights: number[] }> {
  const steps: number[][] = [];
  for await (const { step, loss, metrics } of train(options)) steps.push([step, loss, metrics["loss"]!]);
  const weights = [...variables(options.model).values()].flatMap((variable) => [...variable.dataSync()]);
  return { steps, weights };
}

const whole = (batches: Rows[]) => run({ ...model(1), batches });

describe("accumulate", () => {
  it("equals the update of the large batch, with means of losses and metrics", async () => {
    const batches = eights(30);
    const expected = await whole(batches);
    const before = tf.memory().numTensors;
    const parts = model(1);
    const micro = batches.flatMap((batch) => [0, 1, 2, 3].map((part) => cut(batch, part, 4)));
    const found = await run({ ...parts, batches: [...micro, ...micro.slice(0, 3)], accumulate: 4 });
    expect(found.steps.flat()).toBeAllClose(expected.steps.flat(), { absolute: 1e-5 });
    expect(found.weights).toBeAllClose(expected.weights, { absolute: 1e-5 });
    parts.optimizer.dispose();
    for (const variable of variables(parts.model).values()) variable.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("group", () => {
  const ranks = (size: number, batches: Rows[], accumulate = 1, options: Partial<TrainOptions<Rows>> = {}) =>
    Promise.all(
      groupInProcess(size).map((group) =>
        run({
          ...model(group.rank === 0 ? 1 : 50), // other weights, until rank 0 sends its own
          batches: batches.flatMap((batch) =>
            Array.from({ length: accumulate }, (_, part) =>
              cut(batch, group.rank * accumulate + part, size * accumulate),
            ),
          ),
          accumulate,
          group,
          ...options,
        }),
      ),
    );

  it.each([
    [2, 1],
    [2, 2],
    [4, 1],
  ])("%i ranks with %i parts each equal one process with the whole batch", async (size, accumulate) => {
    const batches = eights(50);
    const expected = await whole(batches);
    const found = await ranks(size, batches, accumulate);
    for (const { steps, weights } of found) {
      expect(steps).toEqual(found[0]!.steps);
      expect(weights).toEqual(found[0]!.weights);
    }
    expect(found[0]!.steps.flat()).toBeAllClose(expected.steps.flat(), { absolute: 2e-5 });
    expect(found[0]!.weights).toBeAllClose(expected.weights, { absolute: 2e-5 });
    expect(await ranks(size, batches, accumulate)).toEqual(found);
  });

  it.each([1, 2])("changes no variable without a gradient in any rank, with accumulate %i", async (accumulate) => {
    // Each batch names the variables that its loss uses: of four batches per update, "b" is in none of the second.
    const updates = [
      ["a", "b", "a", "ab"],
      ["a", "a", "a", "a"],
      ["a", "a", "b", "ab"],
    ].map((batches) => (accumulate === 2 ? batches : batches.slice(1, 3)));
    const trained = async (batches: string[], options: Partial<TrainOptions<string>>): Promise<number[][][]> => {
      const named = Object.fromEntries(["a", "b", "c"].map((name, i) => [name, tf.variable(tf.tensor1d([i + 1, -2]))]));
      const optimizer = adamW({ learningRate: 0.1, weightDecay: 0.5, clipNorm: 0.5 });
      const loss = (names: string): tf.Scalar =>
        tf.addN([...names].map((name) => tf.sum(tf.square(named[name]!)))) as tf.Scalar;
      const values: number[][][] = [];
      for await (const _ of train({ model: named, rng: new Rng(0), optimizer, loss, batches, ...options }))
        values.push(Object.values(named).map((variable) => [...variable.dataSync()]));
      expect([...optimizer.state().slots.keys()].some((key) => key.endsWith("/c"))).toBe(false);
      return values;
    };
    const expected = await trained(updates.flat(), { accumulate: 2 * accumulate });
    const found = await Promise.all(
      groupInProcess(2).map((group) => {
        const from = group.rank * accumulate;
        return trained(
          updates.flatMap((batches) => batches.slice(from, from + accumulate)),
          { accumulate, group },
        );
      }),
    );
    expect(found[1]).toEqual(found[0]);
    expect(found[0]!.flat(2)).toBeAllClose(expected.flat(2), { absolute: 1e-6 });
    const [first, second, third] = found[0]!;
    expect(second![1]).toEqual(first![1]);
    expect(third![1]).not.toEqual(second![1]);
    expect(third![2]).toEqual([3, -2]);
  });

  it("ends everywhere after the same step if one rank is asked to stop", async () => {
    const controller = new AbortController();
    const batches = eights(20);
    const found = await Promise.all(
      groupInProcess(2).map(async (group) => {
        let last = 0;
        const signal = group.rank === 1 ? controller.signal : undefined;
        for await (const { step } of train({ ...model(1), batches, group, signal })) {
          last = step;
          if (group.rank === 1 && step === 5) controller.abort();
        }
        return last;
      }),
    );
    expect(found).toEqual([6, 6]);
  });

  it("gives every rank the saved state of rank 0", async () => {
    const groups = groupInProcess(2);
    const members = await Promise.all(
      groups.map(async (group: Group) => {
        const member = model(group.rank);
        if (group.rank === 0) await run({ ...member, batches: eights(3) });
        await broadcastTrainingState(member, group);
        return member;
      }),
    );
    const [first, second] = members.map((member) => {
      const { tensors, json } = trainingState(member);
      return { json, tensors: Array.from(tensors, ([name, tensor]) => [name, [...tensor.dataSync()]]) };
    });
    expect(first!.json.step).toBe(3);
    expect(second).toEqual(first);
  });
});

it("names step, rate and batch of a loss that diverged or is NaN", async () => {
  const { model: parts, rng, optimizer } = model(1);
  freeze(parts, (path) => path.endsWith("bias"));
  const losses = [1, 2, 2.5, NaN];
  const loss = (value: number) => tf.add(tf.mul(tf.sum(parts.dense.kernel), 0), value) as tf.Scalar;
  const diverging = async (divergence: number) => {
    for await (const _ of train({ model: parts, rng, optimizer, loss, batches: losses, divergence }));
  };
  await expect(diverging(2.1)).rejects.toThrow(
    "train: the loss diverged to 2.5 at step 3, learning rate 0.05, in batch 3 of this run.",
  );
  await expect(diverging(Infinity)).rejects.toThrow("the loss is NaN at step 7, learning rate 0.05, in batch 4");
});
