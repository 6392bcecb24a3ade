import type { AdamWAttributes } from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { backendName, registerOnnxRuntime, type OnnxRuntimeBackend } from "../index.ts";

const [count, width, rows] = [8, 1024, 40] as const;
const shape = [count, width] as const;

function numbers(seed: number, ...of: number[]): tf.Tensor {
  const values = Float32Array.from({ length: tf.util.sizeFromShape(of) }, (_, i) => Math.sin(i * 12.9898 + seed));
  return tf.tensor(values, of);
}

/** Indices that repeat. */
function ids(seed: number, limit: number = count): tf.Tensor2D {
  return tf.tensor2d(
    Int32Array.from({ length: rows }, (_, i) => (i * i + seed) % limit),
    [rows, 1],
    "int32",
  );
}

/** The same, known only when the graph runs. */
const laterIds = (seed: number): tf.Tensor2D => tf.sub(tf.add(ids(seed), tf.scalar(3, "int32")), tf.scalar(3, "int32"));

function rowSum(places: tf.Tensor, moving: tf.Tensor = tf.mul(numbers(7, rows, width), 3)): tf.Tensor {
  return tf.scatterND(places as tf.Tensor2D, moving, [...shape]);
}

const dense = (table: tf.Tensor): tf.Tensor => tf.mul(table, numbers(3, ...shape));

/** The variables' gradients at a step. */
type Gradients = (tables: readonly tf.Variable[], step: number) => tf.Tensor[];

const cases: Record<string, Gradients> = {
  "a sum of rows": (_, step) => [rowSum(ids(step))],
  "a sum of rows onto a dense gradient": ([table], step) => [tf.add(dense(table!), rowSum(ids(step)))],
  "a dense gradient onto a sum of rows": ([table], step) => [tf.add(rowSum(ids(step)), dense(table!))],
  "a table that is gathered from twice": (_, step) => [
    tf.add(rowSum(ids(step)), rowSum(ids(step + 1), tf.mul(numbers(2, rows, width), 5))),
  ],
  "a table that is also multiplied": ([table], step) => [
    tf.add(tf.add(dense(table!), rowSum(ids(step))), rowSum(ids(step + 1), tf.neg(numbers(2, rows, width)))),
  ],
  "ids computed in the graph": (_, step) => [rowSum(laterIds(step))],
  "a gather's own gradient": ([table], step) => [
    tf.grad((x) => tf.sum(tf.square(tf.gather(x, tf.reshape(ids(step), [rows])))))(table!),
  ],
  "rows that are already computed": (_, step) => [
    tf.tidy(() => {
      const moving = tf.mul(numbers(step, rows, width), 2);
      const places = laterIds(step);
      moving.dataSync();
      places.dataSync();
      return rowSum(places, moving);
    }),
  ],
  "a dense part that is kept": ([table], step) => {
    const kept = tf.keep(dense(table!));
    const gradient = tf.add(kept, rowSum(ids(step)));
    afterwards.push(kept);
    return [gradient];
  },
  "another shape": (_, step) => {
    const flat = tf.scatterND(ids(step, count * width), tf.mul(numbers(1, rows), 2), [count * width]);
    return [tf.reshape(flat, [...shape])];
  },
  "places along two axes": (_, step) => {
    const places = tf.concat([ids(step), ids(step + 1, width)], 1);
    return [tf.scatterND(places as tf.Tensor2D, tf.mul(numbers(1, rows), 2), [...shape])];
  },
  "no rows to wait for": () => [tf.scatterND(ids(0), numbers(7, rows, width), [...shape])],
  "several tables, of the same rows and the same dense gradient": ([a, b, c], step) => {
    const moving = tf.mul(numbers(7, rows, width), 3);
    const shared = tf.add(dense(a!), dense(b!));
    return [
      tf.add(shared, rowSum(ids(step), moving)),
      tf.add(shared, rowSum(laterIds(step + 1), moving)),
      tf.add(dense(c!), rowSum(ids(step), moving)),
    ];
  },
  "a dense gradient shared with another table": ([a], step) => {
    const shared = dense(a!);
    return [tf.add(shared, rowSum(ids(step))), shared, tf.add(rowSum(ids(step)), shared)];
  },
  "rows that are another table's dense gradient": ([a], step) => {
    const shared = dense(a!);
    const places = tf.reshape(tf.range(0, count, 1, "int32"), [count, 1]);
    return [rowSum(places, shared), tf.add(shared, rowSum(ids(step)))];
  },
  "one gradient for two tables": (_, step) => {
    const gradient = rowSum(ids(step));
    return [gradient, gradient, rowSum(ids(step + 1))];
  },
  "a sum of rows of a sum of rows": (_, step) => {
    const places = tf.reshape(tf.range(0, count, 1, "int32"), [count, 1]);
    const first = rowSum(ids(step));
    return [first, rowSum(places, first), tf.add(first, rowSum(ids(step)))];
  },
};

const plain = cases["a table that is also multiplied"]!;

/** Tensors to dispose after a step. */
let afterwards: tf.Tensor[] = [];

interface StepOptions {
  clipNorm?: number;
  read?: boolean;
  held?: boolean;
}

class Model {
  readonly tables = [1, 2, 3].map((seed) => tf.tidy(() => tf.variable(numbers(seed, ...shape))));
  readonly first = this.tables.map((table) => tf.tidy(() => tf.variable(tf.zerosLike(table))));
  readonly second = this.tables.map((table) => tf.tidy(() => tf.variable(tf.zerosLike(table))));
  steps = 0;

  /**
   * @param read whether something else reads the gradients in the graph, so that ONNX Runtime sums them
   * @param held whether their sources stay alive
   */
  step(make: Gradients, { clipNorm = Infinity, read = false, held = false }: StepOptions = {}): void {
    this.steps++;
    tf.tidy(() => {
      const gradients = held ? make(this.tables, this.steps) : tf.tidy(() => make(this.tables, this.steps));
      const some = <T>(of: readonly T[]): T[] => of.slice(0, gradients.length);
      if (read) gradients.forEach((gradient) => afterwards.push(tf.keep(tf.neg(gradient))));
      const attrs: AdamWAttributes = {
        variables: some(this.tables),
        gradients,
        firstMoments: some(this.first),
        secondMoments: some(this.second),
        step: this.steps,
        learningRate: 0.01,
        beta1: 0.9,
        beta2: 0.99,
        epsilon: 1e-6,
        weightDecays: some([0.1, 0, 0.01]),
        clipNorm,
        biasCorrection: true,
      };
      const kernel = tf.getKernel("BertkitAdamW", backendName)!;
      kernel.kernelFunc({ inputs: {}, backend: tf.backend(), attrs: attrs as unknown as tf.NamedAttrMap });
    });
    afterwards.forEach((tensor) => tensor.dispose());
    afterwards = [];
  }

  bits(): Buffer {
    return Buffer.concat([this.tables, this.first, this.second].flat().map(bitsOf));
  }

  dispose(): void {
    [this.tables, this.first, this.second].flat().forEach((variable) => variable.dispose());
  }
}

function bitsOf(tensor: tf.Tensor): Buffer {
  return Buffer.from((tensor.dataSync() as Float32Array).slice().buffer);
}

const backend = (): OnnxRuntimeBackend => tf.backend() as OnnxRuntimeBackend;

/** Kernels run in graphs since then. */
function kernelsOf(run: () => void): number {
  const before = backend().stats().nodes;
  run();
  return backend().stats().nodes - before;
}

describe("gradients that are sums of rows", () => {
  beforeAll(() => tf.setBackend(backendName));
  afterEach(() => vi.restoreAllMocks());

  const clipping = { "without clipping": Infinity, clipped: 0.5, "with a norm that does not clip": 1e6 };
  describe.each(Object.entries(clipping))("%s", (_, clipNorm) => {
    it.each(Object.entries(cases))("%s: the same bits as ONNX Runtime's sum", (_, make) => {
      const [fast, general] = [new Model(), new Model()];
      for (let step = 0; step < 3; step++) {
        const held = step === 1;
        fast.step(make, { clipNorm, held });
        general.step(make, { clipNorm, held, read: true });
        expect(fast.bits().equals(general.bits())).toBe(true);
      }
      [fast, general].forEach((model) => model.dispose());
    });
  });

  it("are left out of the graph, unless another kernel reads them", () => {
    const model = new Model();
    const kernels = (make: Gradients, read: boolean): number => kernelsOf(() => model.step(make, { read }));
    model.step(plain);
    expect(kernels(cases["no rows to wait for"]!, false)).toBe(0);
    expect(kernels(cases["no rows to wait for"]!, true)).toBe(2);
    for (const [name, sums] of [
      ["a sum of rows", 1],
      ["a table that is also multiplied", 2],
      ["ids computed in the graph", 1],
      ["places along two axes", 0],
    ] as const)
      expect(kernels(cases[name]!, true) - kernels(cases[name]!, false)).toBe(sums + 1); // the reader is one
    model.dispose();
  });

  it("have the same values when read before the update, after it and after the next", () => {
    const [fast, general] = [new Model(), new Model()];
    const kept: tf.Tensor[] = [];
    const keeping: Gradients = (tables, step) => {
      const gradients = plain(tables, step);
      kept.push(...gradients.map((gradient) => tf.keep(tf.clone(gradient))));
      return gradients;
    };
    const reading: Gradients = (tables, step) => {
      const gradients = keeping(tables, step);
      gradients.forEach((gradient) => gradient.dataSync());
      return gradients;
    };
    fast.step(keeping);
    const now = bitsOf(kept[0]!);
    fast.step(keeping);
    fast.step(plain);
    general.step(reading);
    general.step(reading);
    general.step(plain);
    expect(kept.map(bitsOf)).toEqual([now, bitsOf(kept[1]!), now, bitsOf(kept[1]!)]);
    expect(fast.bits().equals(general.bits())).toBe(true);
    [...kept, fast, general].forEach((each) => each.dispose());
  });

  it("may be computed from an earlier step's gradient, which is gone by the update", () => {
    const last = (kept: tf.Tensor[], make: (gradient: tf.Tensor) => tf.Tensor): Gradients => {
      return (tables, step) => {
        const before = kept.pop();
        const gradient = tf.tidy(() =>
          before === undefined ? plain(tables, step)[0]! : make(tf.reshape(before, [...shape])),
        );
        before?.dispose();
        kept.push(tf.keep(tf.clone(gradient)));
        return [gradient];
      };
    };
    const everywhere = (): tf.Tensor2D => tf.reshape(tf.range(0, count, 1, "int32"), [count, 1]);
    const makes: ((gradient: tf.Tensor) => tf.Tensor)[] = [
      (gradient) => tf.reverse(gradient),
      (gradient) => rowSum(tf.reverse(everywhere()), gradient),
      (gradient) => tf.add(gradient, rowSum(ids(1))),
    ];
    for (const make of makes) {
      const [model, expected] = [new Model(), new Model()];
      const [kept, copies]: tf.Tensor[][] = [[], []];
      for (let step = 0; step < 3; step++) {
        model.step(last(kept!, make));
        expected.step(last(copies!, make));
        const gradient = copies!.pop()!;
        copies!.push(tf.tensor(gradient.dataSync(), [...shape]));
        gradient.dispose();
        expect(model.bits().equals(expected.bits())).toBe(true);
      }
      [...kept!, ...copies!, model, expected].forEach((each) => each.dispose());
    }
  });

  it("are the same bits on any number of threads", async () => {
    const results: Buffer[] = [];
    for (const threads of [1, 2, 4]) {
      registerOnnxRuntime({ threads });
      await tf.setBackend(backendName);
      const model = new Model();
      model.step(plain, { clipNorm: 0.5 });
      model.step(plain, { clipNorm: 0.5 });
      results.push(model.bits());
      model.dispose();
    }
    expect(results.every((bits) => bits.equals(results[0]!))).toBe(true);
  });

  it("reach variables that get memory only after the run, or are assigned in between", () => {
    const [fast, general] = [new Model(), new Model()];
    const clones = [fast, general].map(({ tables }) => tf.clone(tables[0]!));
    const step = (): void => {
      fast.step(plain);
      general.step(plain, { read: true });
      expect(fast.bits().equals(general.bits())).toBe(true);
    };
    step();
    for (const { tables, first } of [fast, general])
      for (const variable of [tables[0]!, first[0]!]) tf.tidy(() => variable.assign(numbers(9, ...shape)));
    step();
    step();
    [...clones, fast, general].forEach((each) => each.dispose());
  });

  it("skip frozen tables, also when the number of tables grows", () => {
    const [fast, general] = [new Model(), new Model()];
    for (const model of [fast, general]) {
      model.tables[2]!.trainable = false;
      const read = model === general;
      const through: Gradients = ([table, , frozen], step) => [
        tf.add(rowSum(ids(step), tf.gather(frozen!, tf.reshape(ids(step), [rows]))), dense(table!)),
      ];
      model.step(through, { read });
      model.step((tables, step) => [...through(tables, step), rowSum(ids(step))], { read });
    }
    expect(bitsOf(fast.tables[2]!).equals(bitsOf(tf.tidy(() => numbers(3, ...shape))))).toBe(true);
    expect(fast.bits().equals(general.bits())).toBe(true);
    [fast, general].forEach((model) => model.dispose());
  });

  it.each([
    [count, `${count}`],
    [2 ** 31 - 1, `${2 ** 31 - 1}`],
    [-1, "-2147483648 (a negative id)"],
    [-(2 ** 31), "-2147483648 (a negative id)"],
  ])("reject index %d as ONNX Runtime does, and change nothing", (place, shown) => {
    const [fast, general, untouched] = [new Model(), new Model(), new Model()];
    const wrong = (): tf.Tensor2D =>
      tf.tensor2d(
        Int32Array.from({ length: rows }, (_, i) => (i === 20 ? place : i % count)),
        [rows, 1],
        "int32",
      );
    const make: Gradients = ([table], step) => [
      tf.add(dense(table!), rowSum(step === 2 ? tf.sub(wrong(), tf.scalar(0, "int32")) : ids(step))),
    ];
    [fast, general, untouched].forEach((model) => model.step(make));
    const message =
      /could not run ScatterAdd of .*int32 \[40,1\], float32 \[40,1024\] to float32 \[8,1024\], first called like this at .*row-sums\.test\.ts.*indices element out of data bounds, idx=(.*) must be within the inclusive range \[-8,7\]/;
    const thrown = [fast, general].map((model) => {
      try {
        model.step(make, { read: model === general });
      } catch (error) {
        return message.exec((error as Error).message)?.[1];
      }
      return undefined;
    });
    expect(thrown).toEqual([shown, shown]);
    expect(() => rowSum(wrong())).toThrow(`ScatterNd: the index value ${place} is not in [0, 7]`);
    untouched.steps++;
    [fast, general, untouched].forEach((model) => model.step(make));
    expect(fast.bits().equals(untouched.bits())).toBe(true);
    expect(general.bits().equals(untouched.bits())).toBe(true);
    [fast, general, untouched].forEach((model) => model.dispose());
  });

  it("throw the error of rows that cannot be computed", () => {
    const model = new Model();
    const make: Gradients = () => [
      rowSum(ids(1), tf.gather(numbers(1, 3, width), tf.add(tf.scalar(5, "int32"), tf.zeros([rows], "int32")))),
    ];
    const before = model.bits();
    const readFirst: Gradients = (tables, step) => {
      const gradients = make(tables, step);
      expect(() => gradients[0]!.dataSync()).toThrow(/could not run Gather/);
      return gradients;
    };
    for (const each of [make, readFirst])
      expect(() => model.step(each)).toThrow(/could not run Gather of float32 \[3,1024\], int32 \[40\]/);
    expect(model.bits().equals(before)).toBe(true);
    model.dispose();
  });

  it("leak no tensor or memory, and compile once", () => {
    const model = new Model();
    const unread = Object.entries(cases).flatMap(([name, make]) =>
      name === "rows that are already computed" ? [] : [make],
    );
    const steps = (times: number): void => {
      for (let i = 0; i < times; i++) for (const make of unread) model.step((tables) => make(tables, i % 2));
    };
    steps(2);
    const { pool } = backend().executor;
    const [took, gave] = [vi.spyOn(pool, "take"), vi.spyOn(pool, "give")];
    const before = [tf.memory().numTensors, backend().numDataIds(), backend().stats().compiles];
    steps(4);
    expect([tf.memory().numTensors, backend().numDataIds(), backend().stats().compiles]).toEqual(before);
    const returned = gave.mock.calls.filter(([{ exposed, resident }]) => !exposed && resident !== true);
    expect(returned.length).toBe(took.mock.calls.length);
    expect(took.mock.calls.length).toBeGreaterThan(0);
    model.dispose();
  });
});
