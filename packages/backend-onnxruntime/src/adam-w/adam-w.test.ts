import { ownedTensor, runFusedUpdate, type AdamWAttributes } from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import "../index.ts";

const sizes = [[3, 5], [7], [16, 4], []];

type Hyper = Pick<
  AdamWAttributes,
  "learningRate" | "beta1" | "beta2" | "epsilon" | "weightDecays" | "clipNorm" | "biasCorrection"
>;

const plain: Hyper = {
  learningRate: 0.01,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-6,
  weightDecays: [0.1, 0, 0.01, 0],
  clipNorm: Infinity,
  biasCorrection: true,
};

function numbers(seed: number, shape: number[]): Float32Array {
  return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) =>
    Math.sin(i * 12.9898 + seed * 78.233),
  );
}

/** The paper's update in double precision. */
function reference(steps: number, hyper: Hyper): number[][] {
  const parameters = sizes.map((shape, i) => [...numbers(i, shape)]);
  const m = parameters.map((values) => values.map(() => 0));
  const v = parameters.map((values) => values.map(() => 0));
  for (let t = 1; t <= steps; t++) {
    const gradients = sizes.map((shape, i) => parameters[i]!.map((p, k) => p * numbers(t + i, shape)[k]! * 2));
    const norm = Math.sqrt(gradients.flat().reduce((sum, g) => sum + g * g, 0));
    const scale = Math.min(1, hyper.clipNorm / norm);
    gradients.forEach((values, i) =>
      values.forEach((raw, k) => {
        const g = raw * scale;
        m[i]![k] = hyper.beta1 * m[i]![k]! + (1 - hyper.beta1) * g;
        v[i]![k] = hyper.beta2 * v[i]![k]! + (1 - hyper.beta2) * g * g;
        const [c1, c2] = hyper.biasCorrection ? [1 - hyper.beta1 ** t, 1 - hyper.beta2 ** t] : [1, 1];
        const direction = m[i]![k]! / c1 / (Math.sqrt(v[i]![k]! / c2) + hyper.epsilon);
        parameters[i]![k]! -= hyper.learningRate * (direction + hyper.weightDecays[i]! * parameters[i]![k]!);
      }),
    );
  }
  return parameters;
}

interface State {
  variables: tf.Variable[];
  first: tf.Variable[];
  second: tf.Variable[];
}

function start(): State {
  const make = (build: (shape: number[], i: number) => tf.Tensor): tf.Variable[] =>
    sizes.map((shape, i) => tf.tidy(() => tf.variable(build(shape, i))));
  return {
    variables: make((shape, i) => tf.tensor(numbers(i, shape), shape)),
    first: make((shape) => tf.zeros(shape)),
    second: make((shape) => tf.zeros(shape)),
  };
}

function step({ variables, first, second }: State, t: number, hyper: Hyper, keep?: tf.Tensor[]): void {
  tf.tidy(() => {
    const gradients = variables.map((variable, i) =>
      tf.mul(tf.mul(variable, tf.tensor(numbers(t + i, variable.shape), variable.shape)), 2),
    );
    if (keep !== undefined) keep.push(tf.keep(tf.clone(gradients[0]!)));
    const attrs: AdamWAttributes = {
      variables,
      gradients,
      firstMoments: first,
      secondMoments: second,
      step: t,
      ...hyper,
    };
    tf.getKernel("BertkitAdamW", "onnxruntime").kernelFunc({
      inputs: {},
      backend: tf.backend(),
      attrs: attrs as unknown as tf.NamedAttrMap,
    });
  });
}

describe("BertkitAdamW", () => {
  beforeAll(() => tf.setBackend("onnxruntime"));

  const variants: Record<string, Hyper> = {
    "with bias correction": plain,
    "without bias correction": { ...plain, biasCorrection: false },
    clipped: { ...plain, clipNorm: 0.5 },
    "with a norm that does not clip": { ...plain, clipNorm: 1000 },
  };
  it.each(Object.entries(variants))("computes the paper's update %s, and makes no tensor", (_, hyper) => {
    const state = start();
    step(state, 1, hyper);
    const before = [tf.memory().numTensors, tf.engine().backend.numDataIds()];
    for (let t = 2; t <= 20; t++) step(state, t, hyper);
    expect([tf.memory().numTensors, tf.engine().backend.numDataIds()]).toEqual(before);
    const expected = reference(20, hyper);
    state.variables.forEach((variable, i) =>
      expect(variable.dataSync()).toBeAllClose(expected[i]!, { absolute: 2e-5, relative: 2e-4 }),
    );
  });

  it.each([Infinity, 0.5])("leaves the others as they are without empty variables, clipped to %d", (clipNorm) => {
    const update = (shapes: number[][]): number[][] => {
      const make = (value: number): tf.Variable[] => shapes.map((shape) => tf.tidy(() => tf.variable(tf.fill(shape, value)))); // prettier-ignore
      const [variables, firstMoments, secondMoments] = [make(1), make(0), make(0)];
      for (let t = 1; t <= 3; t++) {
        const gradients = shapes.map((shape) => tf.ones(shape));
        const weightDecays = shapes.map(() => 0.1);
        const attributes = { ...plain, variables, gradients, firstMoments, secondMoments, weightDecays, clipNorm };
        expect(runFusedUpdate("BertkitAdamW", () => ({ ...attributes, step: t }))).toBe(true);
      }
      return variables.filter(({ size }) => size > 0).map((variable) => [...variable.dataSync()]);
    };
    expect(update([[0], [8], [2, 0, 3], [0], [5], [0, 4]])).toEqual(update([[8], [5]]));
    expect(update([[0], [0, 4]])).toEqual([]);
  });

  it("does not change clones, reshapes, arrays read earlier or the caller's arrays", () => {
    const values = numbers(0, [3, 5]);
    const original = tf.tensor(values, [3, 5]);
    const state = start();
    state.variables[0]!.dispose();
    state.variables[0] = tf.variable(original);
    step(state, 1, plain);
    expect(Array.from(values)).toEqual(Array.from(numbers(0, [3, 5])));
    expect(Array.from(original.dataSync())).toEqual(Array.from(values));
    const variable = state.variables[0]!;
    const read = variable.dataSync();
    const now = Array.from(read);
    const [clone, flat] = [tf.clone(variable), tf.reshape(variable, [15])];
    step(state, 2, plain);
    for (const other of [read, clone.dataSync(), flat.dataSync()]) expect(Array.from(other)).toEqual(now);
    expect(Array.from(variable.dataSync())).not.toEqual(now);
  });

  it("uses the new value of a variable assigned between steps, and gradients may be kept", () => {
    const state = start();
    const kept: tf.Tensor[] = [];
    step(state, 1, plain, kept);
    const gradient = Array.from(kept[0]!.dataSync());
    for (const variable of [state.variables[1]!, state.first[1]!]) variable.assign(tf.zeros([7]));
    step(state, 2, plain, kept);
    step(state, 3, plain, kept);
    expect(Array.from(kept[0]!.dataSync())).toEqual(gradient);
    expect(Array.from(kept[2]!.dataSync())).not.toEqual(gradient);
    expect(Math.max(...state.variables[1]!.dataSync().map(Math.abs))).toBe(0); // its gradient is proportional to it
  });

  it("uses recorded zeros as moments before they are computed, and does not share them with other tensors", () => {
    const made = start();
    const state = start();
    for (const moments of [state.first, state.second]) {
      moments.forEach((moment, i) => {
        moment.dispose();
        moments[i] = tf.tidy(() => tf.variable(tf.fill(sizes[i]!, 0)));
      });
    }
    const twice = tf.add(state.first[0]!, 2);
    const clone = tf.clone(state.second[1]!);
    for (let t = 1; t <= 3; t++) for (const each of [made, state]) step(each, t, plain);
    expect(Array.from(twice.dataSync())).toEqual(Array<number>(15).fill(2));
    expect(Array.from(clone.dataSync())).toEqual(Array<number>(7).fill(0));
    for (const kind of ["variables", "first", "second"] as const)
      state[kind].forEach((each, i) =>
        expect(Array.from(each.dataSync())).toEqual(Array.from(made[kind][i]!.dataSync())),
      );
  });

  it.each([1, 0])("no longer treats a variable as all %d after an update", (value) => {
    const state = start();
    state.variables[0]!.dispose();
    state.variables[0] = tf.tidy(() => tf.variable(tf.fill([3, 5], value)));
    const gradients = state.variables.map((variable) => tf.onesLike(variable));
    const attrs: AdamWAttributes = {
      variables: state.variables,
      gradients,
      firstMoments: state.first,
      secondMoments: state.second,
      step: 1,
      ...plain,
    };
    tf.getKernel("BertkitAdamW", "onnxruntime").kernelFunc({
      inputs: {},
      backend: tf.backend(),
      attrs: attrs as unknown as tf.NamedAttrMap,
    });
    const updated = Array.from(state.variables[0]!.dataSync());
    expect(updated).not.toContain(value);
    const three = tf.fill([3, 5], 3);
    const combined = value === 1 ? tf.mul(three, state.variables[0]!) : tf.add(three, state.variables[0]!);
    expect(combined.dataSync()).toBeAllClose(
      updated.map((x) => (value === 1 ? 3 * x : 3 + x)),
      { absolute: 1e-6 },
    );
  });

  it("frees the array that owned weights were made of, and keeps the caller's", () => {
    const [own, other] = [new Float32Array(2 ** 20).fill(1), new Float32Array(2 ** 20).fill(1)];
    const [owned, copied] = tf.tidy(() => [tf.variable(ownedTensor(own, [2 ** 20])), tf.variable(tf.tensor1d(other))]);
    const variables = [owned!, copied!];
    const moments = (): tf.Variable[] => tf.tidy(() => variables.map(() => tf.variable(tf.zeros([2 ** 20]))));
    const state = { variables, first: moments(), second: moments() };
    step(state, 1, { ...plain, weightDecays: [0, 0] });
    expect([own.byteLength, other.byteLength]).toEqual([0, 2 ** 22]);
    for (const variable of variables) expect(Math.abs(variable.dataSync()[7]! - 1)).toBeCloseTo(0.01, 6);
    tf.dispose(state);
  });

  it("names tensors that do not match", () => {
    const { variables, first, second } = start();
    const attrs = {
      variables,
      gradients: first.slice(1),
      firstMoments: first,
      secondMoments: second,
      step: 1,
      ...plain,
    };
    const call = (): unknown =>
      tf
        .getKernel("BertkitAdamW", "onnxruntime")
        .kernelFunc({ inputs: {}, backend: tf.backend(), attrs: attrs as unknown as tf.NamedAttrMap });
    expect(call).toThrow(/variable 0 has shape \[3,5\], got a gradient or moment of float32 \[7\]/);
  });
});
