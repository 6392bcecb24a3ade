import { softwareVulkan } from "@bertkit/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { initialOf, scenarios, type Scenario } from "./__fixtures__/adam-w-scenarios.ts";
import { newWeights, stepPlainly, type Weights } from "./__fixtures__/plain-adam-w.ts";
import { runOnDawn } from "./__fixtures__/run-on-dawn.ts";

interface Memory {
  buffers: number;
  bytes: number;
  tensors: number;
}
interface Run {
  values: number[][];
  first: number[][];
  second: number[][];
  dispatches: number[];
  /** After each step. */
  memory: Memory[];
  before: Memory;
  after: Memory;
}
type Uses = Record<
  "afterFirst" | "inFlight" | "afterSecond" | "ofClone" | "ofReshaped" | "product"
  | "onGpu" | "afterAssign" | "ofGiven" | "afterOther",
  number[]
> & { afterBoth: number[][]; startOfUses: Memory; endOfUses: Memory }; // prettier-ignore

const skipped = softwareVulkan === undefined ? " (skipped: apt-get install chromium)" : "";
const close = { absolute: 2e-6, relative: 1e-5 };

describe.skipIf(skipped !== "")(`AdamW on TensorFlow.js's webgpu backend, on Dawn${skipped}`, () => {
  let results: Record<string, Run>;
  let uses: Uses;
  let errors: Record<string, string>;

  beforeAll(() => {
    ({ results, uses, errors } = runOnDawn<{
      results: Record<string, Run>;
      uses: Uses;
      errors: Record<string, string>;
    }>(new URL("./__fixtures__/adam-w-program.ts", import.meta.url)));
  }, 120_000);

  it.each(Object.entries(scenarios))("%s: equals double precision", (name, scenario) => {
    const weights = scenario.shapes.map((shape, i) => newWeights(shape, i));
    for (let at = 0; at < scenario.steps; at++) stepPlainly(scenario, weights, at);
    const { values, first, second } = results[name]!;
    weights.forEach((expected, i) => {
      expect(values[i], `variable ${i}`).toBeAllClose(expected.values, close);
      expect(first[i], `first moments ${i}`).toBeAllClose(expected.first, close);
      expect(second[i], `second moments ${i}`).toBeAllClose(expected.second, close);
    });
  });

  it("takes one dispatch, and one for the norm if it clips", () => {
    expect(results["not clipped"]!.dispatches).toEqual([1, 1, 1]);
    expect(results["clipped"]!.dispatches).toEqual([2, 2, 2]);
  });

  it("takes as many for each flat buffer that is needed", () => {
    expect(results["in two flat buffers"]!.dispatches).toEqual([4, 4, 4]);
    // Variables that join later are in a buffer of their own: [0, 1, 2], [3, 5], then [6] without those of size 0.
    expect(results["some variables in each step"]!.dispatches).toEqual([2, 4, 4, 6]);
  });

  it("keeps its memory from step to step, and frees it with the variables", () => {
    for (const [name, { memory, before, after }] of Object.entries(results)) {
      if (scenarios[name]!.only === undefined) expect(new Set(memory.map((each) => JSON.stringify(each))).size, name).toBe(1); // prettier-ignore
      expect(after, name).toEqual(before);
    }
    // Values, both moments and gradients of 78,203 elements; each variable starts at a multiple of 64.
    const { memory, before } = results["clipped"]!;
    const elements = 64 + 64 + 77_120 + 64 + 1024 + 64;
    expect(memory[2]!.bytes - before.bytes).toBe(4 * 4 * elements);
    expect(memory[2]!.buffers - before.buffers).toBe(4);
    expect(uses.endOfUses).toEqual(uses.startOfUses);
  });

  describe("a variable between steps", () => {
    const { numbers, shapes } = scenarios["clipped"]!;
    const single: Scenario = { numbers, shapes: [shapes[0]!, [3]], weightDecays: [0.1, 0.1], steps: 0 };
    const [variable, other] = [newWeights(shapes[0]!, 0), newWeights([3], 1)] as [Weights, Weights];
    const after: number[][] = [];
    for (let at = 0; at < 2; at++) {
      stepPlainly(single, [variable, other], at);
      after.push([...variable.values]);
    }

    it("can be read, also while a step runs", () => {
      expect(uses.afterFirst).toBeAllClose(after[0]!, close);
      expect(uses.inFlight).toBeAllClose(after[0]!, close);
      expect(uses.afterSecond).toBeAllClose(after[1]!, close);
      expect(after[1]).not.toBeAllClose(after[0]!, { absolute: 1e-3, relative: 0 });
    });

    it("does not change its clones and reshapes", () => {
      expect(uses.ofClone).toEqual(uses.afterFirst);
      expect(uses.ofReshaped).toEqual(uses.afterFirst);
    });

    it("is an operand like any other", () => {
      const [rows, columns] = shapes[0] as [number, number];
      const at = (row: number, column: number): number => after[1]![row * columns + column]!;
      const expected = Array.from({ length: rows * rows }, (_, i) =>
        Array.from({ length: columns }, (_, k) => at(Math.floor(i / rows), k) * at(i % rows, k)).reduce(
          (a, b) => a + b,
        ),
      );
      expect(uses.onGpu).toEqual(uses.afterSecond);
      expect(uses.product).toBeAllClose(expected, { absolute: 1e-5, relative: 1e-5 });
    });

    it("can be assigned, and can have a second optimizer", () => {
      const given = Array.from(initialOf(shapes[0]!, 5));
      variable.values.splice(0, given.length, ...given);
      stepPlainly(single, [variable, other], 2);
      expect(uses.afterAssign).toBeAllClose(variable.values, close);
      expect(uses.ofGiven).toBeAllClose(given, { absolute: 0, relative: 1e-7 });
      const second = { ...newWeights(shapes[0]!, 0), values: variable.values };
      stepPlainly(single, [second, other], 0);
      expect(uses.afterOther).toBeAllClose(variable.values, close);
      stepPlainly(single, [variable, other], 3);
      const expected = [variable.values, variable.first, variable.second, second.first, second.second];
      uses.afterBoth.forEach((values, i) => expect(values, `tensor ${i}`).toBeAllClose(expected[i]!, close));
    });
  });

  it("rejects wrong lists", () => {
    expect(errors["shape"]).toMatch(/variable 0 is float32 \[2,3\], got a gradient or moment of float32 \[6\]\. Give/);
    expect(errors["decays"]).toMatch(/1 variables, got 0 weight decays\. Give one for each/);
    expect(errors["large"]).toMatch(/variable 0 is \[2,3\], got a GPU that binds at most 16 bytes\. Use/);
    expect(errors["readSync"]).toMatch(/need a browser. Use await tensor.data/);
    expect(errors["twice"]).toMatch(/a variable is given twice\. Give each once/);
  });
});
