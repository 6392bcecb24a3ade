import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { Rng } from "@bertkit/nn";

import { adamW } from "./adam-w.ts";
import { muon } from "./muon.ts";
import { nadam } from "./nadam.ts";
import { optimizerByPath } from "./optimizer-by-path.ts";
import type { Optimizer } from "./optimizer.ts";

beforeAll(() => tf.setBackend("cpu"));

const shapes = { "layer.kernel": [4, 4], "layer.bias": [4], "head.kernel": [4, 2] } as const;

function tensors(rng: Rng, paths = Object.keys(shapes) as (keyof typeof shapes)[]): Map<string, tf.Tensor> {
  return new Map(
    paths.map((path) => {
      const shape = shapes[path];
      const values = Array.from({ length: shape.reduce((a: number, b) => a * b, 1) }, () => rng.normal());
      return [path, tf.tensor(values, [...shape])];
    }),
  );
}

const variablesOf = (values: Map<string, tf.Tensor>) =>
  new Map([...values].map(([path, value]) => [path, tf.variable(value)]));
const isHidden = (path: string) => path === "layer.kernel";
const valuesOf = (variables: Map<string, tf.Variable>) => [...variables].map(([path, v]) => [path, [...v.dataSync()]]);

/** Only the middle one has numbers beside the step. */
const make = () =>
  optimizerByPath([
    { optimizer: muon(), updates: isHidden },
    { optimizer: nadam(), updates: (path) => path.endsWith("bias") },
    { optimizer: adamW({ learningRate: 0.1 }) },
  ]);

function run(optimizer: Optimizer, variables: Map<string, tf.Variable>, seed: number, count: number): void {
  const rng = new Rng(seed);
  for (let step = 0; step < count; step++) optimizer.update(variables, tensors(rng));
}

describe("optimizerByPath", () => {
  it("equals each part alone on its variables", () => {
    const variables = variablesOf(tensors(new Rng(0)));
    run(make(), variables, 1, 6);
    const alone = variablesOf(tensors(new Rng(0)));
    const parts = { "layer.kernel": muon(), "layer.bias": nadam(), "head.kernel": adamW({ learningRate: 0.1 }) };
    const rng = new Rng(1);
    for (let step = 0; step < 6; step++) {
      const gradients = tensors(rng);
      for (const [path, optimizer] of Object.entries(parts))
        optimizer.update(alone, new Map([[path, gradients.get(path)!]]));
    }
    expect(valuesOf(variables)).toEqual(valuesOf(alone));
  });

  it("resumes from its state, written and read as JSON, as if it had never stopped", () => {
    const whole = variablesOf(tensors(new Rng(0)));
    const first = make();
    run(first, whole, 1, 5);
    const copy = variablesOf(whole);
    const { step, slots, numbers } = first.state();
    const second = make();
    second.restore({ step, slots, numbers: JSON.parse(JSON.stringify(numbers)) });
    run(first, whole, 2, 4);
    run(second, copy, 2, 4);
    expect(valuesOf(copy)).toEqual(valuesOf(whole));
    expect([second.step, second.learningRate]).toEqual([9, 0.1]);
    second.dispose();
  });

  it("changes nothing if a later part cannot update its variables", () => {
    const optimizer = optimizerByPath([
      { optimizer: adamW({ learningRate: 0.1 }), updates: isHidden },
      { optimizer: muon() },
    ]);
    const variables = variablesOf(tensors(new Rng(0)));
    const before = valuesOf(variables);
    expect(() => optimizer.update(variables, tensors(new Rng(1)))).toThrow(/"layer.bias" has shape \[4\]/);
    expect(valuesOf(variables)).toEqual(before);
    expect([optimizer.step, optimizer.state().slots.size]).toEqual([0, 0]);
  });

  it("throws if no part matches a variable, before anything is changed", () => {
    const optimizer = optimizerByPath([{ optimizer: muon(), updates: isHidden }]);
    const variables = variablesOf(tensors(new Rng(0)));
    const before = valuesOf(variables);
    expect(() => optimizer.update(variables, tensors(new Rng(1)))).toThrow(/no part updates "layer.bias"/);
    expect(valuesOf(variables)).toEqual(before);
    expect(optimizer.step).toBe(0);
    expect(() => optimizerByPath([])).toThrow(/at least one part/);
  });
});
