import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";

import { Dense, dispose, Lora, Rng, trainableVariables, variables } from "./index.ts";

beforeAll(() => tf.setBackend("cpu"));

class Attention {
  readonly query: Dense;
  readonly key: Dense;
  readonly value: Dense;
  constructor(rng: Rng) {
    const dense = (): Dense => new Dense({ inputSize: 4, outputSize: 3, rng });
    this.query = dense();
    this.key = dense();
    this.value = dense();
  }
}

const made: object[] = [];
afterEach(() => made.splice(0).forEach((model) => dispose(model)));

function model(): { layers: { attention: Attention }[]; head: Dense } {
  const rng = new Rng(1);
  const built = {
    layers: [{ attention: new Attention(rng) }, { attention: new Attention(rng) }],
    head: new Dense({ inputSize: 3, outputSize: 2, rng }),
  };
  made.push(built);
  return built;
}

/** Sets the adapters to nonzero values, because b is initially zero. */
function fill(lora: Lora, seed: number): Lora {
  const rng = new Rng(seed);
  for (const { b } of lora.adapters.values())
    tf.tidy(() =>
      b.assign(
        tf.tensor2d(
          Float32Array.from({ length: b.size }, () => rng.normal()),
          b.shape,
        ),
      ),
    );
  made.push([...lora.adapters.values()]);
  return lora;
}

const input = (): tf.Tensor3D =>
  tf.tensor3d(
    Float32Array.from({ length: 24 }, (_, i) => Math.sin(i)),
    [2, 3, 4],
  );
const values = (dense: Dense): number[] => tf.tidy(() => [...dense.forward(input()).dataSync()]);

describe("Lora", () => {
  it("selects queries and values, initially changes nothing, and trains only the adapters", () => {
    const adapted = model();
    const before = values(adapted.layers[1]!.attention.query);
    const lora = new Lora(adapted, { rng: new Rng(2), rank: 2, trains: (path) => path.startsWith("head.") });
    expect([...lora.adapters.keys()]).toEqual([
      "layers.0.attention.query",
      "layers.0.attention.value",
      "layers.1.attention.query",
      "layers.1.attention.value",
    ]);
    expect(values(adapted.layers[1]!.attention.query)).toEqual(before);
    expect([...trainableVariables(adapted).keys()].filter((path) => !path.includes("adapter"))).toEqual([
      "head.kernel",
      "head.bias",
    ]);
    expect([...trainableVariables(adapted).keys()].filter((path) => path.includes("adapter"))).toHaveLength(8);
    expect(variables(adapted).get("layers.0.attention.query.adapter.a")?.shape).toEqual([4, 2]);
  });

  it.each([
    [{ rank: 2, alpha: 6 }, 3],
    [{ rank: 4, alpha: 6, rankStabilized: true }, 3],
    [{ rank: 5 }, 1],
  ])("adds x · a · b · alpha / rank: %j", (options, scale) => {
    const adapted = model();
    const { query } = adapted.layers[0]!.attention;
    const before = values(query);
    const lora = fill(new Lora(adapted, { ...options, rng: new Rng(2) }), 3);
    const { a, b } = lora.adapters.get("layers.0.attention.query")!;
    const [first, second, x] = [a.arraySync(), b.arraySync(), input().reshape([6, 4]).arraySync() as number[][]];
    const expected = x.flatMap((row, i) =>
      second[0]!.map((_, j) => {
        let sum = 0;
        row.forEach((value, k) => first[k]!.forEach((weight, r) => (sum += value * weight * second[r]![j]!)));
        return before[i * 3 + j]! + sum * scale;
      }),
    );
    values(query).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
  });

  it("may also train the rest of the model", () => {
    const adapted = model();
    const lora = new Lora(adapted, { rng: new Rng(2), trains: () => true });
    made.push([...lora.adapters.values()]);
    expect(trainableVariables(adapted).size).toBe(variables(adapted).size);
  });

  it("begins within ±1/√inputSize", () => {
    const lora = new Lora(model(), { rng: new Rng(2), rank: 64 });
    const drawn = [...lora.adapters.values()].flatMap(({ a }) => [...a.dataSync()]);
    const largest = Math.max(...drawn.map(Math.abs));
    expect([largest <= 0.5, largest > 0.49, Math.min(...drawn) < -0.49]).toEqual([true, true, true]);
  });

  it("merges into the weights, and unmerges", () => {
    const adapted = model();
    const { query } = adapted.layers[0]!.attention;
    const plain = values(query);
    const lora = fill(new Lora(adapted, { rng: new Rng(2), rank: 2, alpha: 4 }), 3);
    const changed = values(query);
    lora.merge();
    expect([lora.state, query.adapter]).toEqual(["merged", undefined]);
    values(query).forEach((value, i) => expect(value).toBeCloseTo(changed[i]!, 5));
    lora.unmerge();
    expect(lora.state).toBe("attached");
    values(query).forEach((value, i) => expect(value).toBeCloseTo(changed[i]!, 5));
    lora.detach();
    values(query).forEach((value, i) => expect(value).toBeCloseTo(plain[i]!, 5));
  });

  it("changes nothing if it cannot be created", () => {
    const whole = model();
    const before = values(whole.layers[0]!.attention.query);
    const stop = (): never => {
      throw new Error("stop");
    };
    for (const options of [
      { rng: { random: () => 0, fill: stop } },
      { rng: new Rng(0), trains: (path: string) => path.startsWith("layers.0") && stop() },
    ])
      expect(() => new Lora(whole, options as never)).toThrow("stop");
    expect(() => new Lora(whole, { rng: {} } as never)).toThrow("Lora: rng must be an Rng, got");
    expect(trainableVariables(whole).size).toBe(variables(whole).size);
    expect(values(whole.layers[0]!.attention.query)).toEqual(before);
  });

  it("can be replaced by another", () => {
    const adapted = model();
    const { query } = adapted.layers[0]!.attention;
    const plain = values(query);
    const one = fill(new Lora(adapted, { rng: new Rng(2), rank: 2 }), 3);
    const first = values(query);
    expect(() => new Lora(adapted, { rng: new Rng(4) })).toThrow(/has an adapter already/);
    one.detach();
    expect(values(query)).toEqual(plain);
    const other = fill(new Lora(adapted, { rng: new Rng(4), rank: 1 }), 5);
    expect(values(query)).not.toEqual(first);
    expect(() => one.attach()).toThrow(/has an adapter already/);
    other.detach();
    one.attach();
    expect(values(query)).toEqual(first);
    one.merge();
    expect(() => one.attach()).toThrow(/merged/);
    expect(() => one.merge()).toThrow(/merged already/);
    expect(() => other.unmerge()).toThrow(/not merged/);
  });

  it("leaves another's adapters alone if it is detached", () => {
    const adapted = model();
    const { query } = adapted.layers[0]!.attention;
    const one = fill(new Lora(adapted, { rng: new Rng(2) }), 3);
    one.detach();
    const other = fill(new Lora(adapted, { rng: new Rng(4) }), 5);
    const second = values(query);
    one.detach();
    expect([one.state, other.state, query.adapter]).toEqual([
      "detached",
      "attached",
      other.adapters.get("layers.0.attention.query"),
    ]);
    expect(values(query)).toEqual(second);
  });

  it.each(["attach", "merge", "unmerge"] as const)("rejects %s once its adapters are freed", (method) => {
    for (const before of ["attached", "merged"]) {
      const adapted = model();
      const { query } = adapted.layers[0]!.attention;
      const lora = new Lora(adapted, { rng: new Rng(2) });
      if (before === "merged") lora.merge();
      const [expected, memory] = [values(query), tf.memory().numTensors];
      lora.dispose();
      expect([lora.state, tf.memory().numTensors]).toEqual(["disposed", memory - 8]);
      expect(() => lora[method]()).toThrow(`Lora.${method}: the adapters are disposed. Create a new Lora.`);
      lora.detach();
      lora.dispose();
      expect(values(query)).toEqual(expected);
    }
  });

  it("learns what the frozen layer cannot", () => {
    const adapted = model();
    const lora = new Lora(adapted, { rng: new Rng(2), rank: 2 });
    made.push([...lora.adapters.values()]);
    const { query } = adapted.layers[0]!.attention;
    const kernel = [...query.kernel.dataSync()];
    const error = (): tf.Scalar => tf.mean(tf.square(tf.sub(query.forward(input()), tf.slice(input(), 0, [2, 3, 3]))));
    const first = tf.tidy(() => error().dataSync()[0]!);
    for (let step = 0; step < 100; step++)
      tf.tidy(() => {
        const { grads } = tf.variableGrads(error, [...trainableVariables(query).values()]);
        for (const variable of trainableVariables(query).values())
          variable.assign(tf.sub(variable, tf.mul(grads[variable.name]!, 1)));
      });
    expect(tf.tidy(() => error().dataSync()[0]!)).toBeLessThan(0.5 * first);
    expect([...query.kernel.dataSync()]).toEqual(kernel);
  });

  it.each([
    [{ rank: 0 }, /rank must be a whole number of at least 1/],
    [{ alpha: 0 }, /alpha/],
    [{ layers: () => false }, /no dense layer was selected/],
    [{ trains: (path: string) => path.startsWith("classifier.") }, /trains selects no variable\. Print summary/],
    [{ ranks: 2 }, /no option is called ranks/],
  ])("rejects %j", (options, message) => {
    const rejecting = model();
    const before = tf.memory().numTensors;
    expect(() => new Lora(rejecting, { rng: new Rng(0), ...options } as never)).toThrow(message);
    expect([trainableVariables(rejecting).size, tf.memory().numTensors]).toEqual([variables(rejecting).size, before]);
  });
});
