import * as ops from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { backendName, registerOnnxRuntime, type OnnxRuntimeBackend } from "./index.ts";
import { NativeSession } from "./native/native-session.ts";
import { serializeModel } from "./onnx/model.ts";

beforeEach(async () => {
  registerOnnxRuntime();
  await tf.setBackend(backendName);
});

/** A gather with invalid ids that are only known when it runs. */
function badGather(): tf.Tensor {
  const ids = tf.add(tf.tensor1d([3], "int32"), tf.tensor1d([4], "int32"));
  return tf.gather(tf.tensor2d([1, 2, 3, 4], [2, 2]), ids);
}

/** A kernel whose shapes do not match, which ONNX Runtime detects when it compiles. */
function badNorm(): tf.Tensor[] {
  const inputs = { x: tf.ones([2, 3]), gamma: tf.ones([4]), beta: tf.ones([4]) };
  return tf.engine().runKernel("BertkitLayerNorm", inputs, { epsilon: 1e-6 }) as unknown as tf.Tensor[];
}

describe("a kernel that ONNX Runtime rejects", () => {
  afterEach(() => {
    tf.env().set("DEBUG", false);
    vi.restoreAllMocks();
  });

  it("is named with its shapes and its position in the caller's code, and how to find others", () => {
    const bad = badGather();
    expect(() => bad.dataSync()).toThrow(
      /could not run Gather of float32 \[2,2\], int32 \[1\] to float32 \[1,2\], first called like this at badGather \(.*errors\.test\.ts:\d+:\d+\), .*: .*out of data bounds.*tf\.enableDebugMode\(\)/,
    );
  });

  it("is named with its shapes when it does not compile", () => {
    const [y] = badNorm();
    expect(() => y!.dataSync()).toThrow(/could not run LayerNorm of float32 \[2,3\], float32 \[4\], float32 \[4\] to/);
  });

  it("throws where it is called, in debug mode", () => {
    vi.spyOn(console, "log").mockImplementation(() => undefined);
    tf.env().set("DEBUG", true);
    let thrown: Error | undefined;
    try {
      badNorm();
    } catch (error) {
      thrown = error as Error;
    }
    expect(thrown?.message).toMatch(/could not run LayerNorm/);
    expect(thrown?.stack).toMatch(/badNorm/);
  });

  it("does not affect other tensors", () => {
    const good = tf.square(tf.tensor1d([3]));
    const bad = badGather();
    const after = tf.neg(good);
    expect(after.dataSync()[0]).toBe(-9);
    expect(good.dataSync()[0]).toBe(9);
    for (let i = 0; i < 2; i++) expect(() => bad.dataSync()).toThrow(/could not run Gather/);
    expect(() => tf.neg(bad).dataSync()).toThrow(/could not run Gather/);
    bad.dispose();
    expect(tf.add(1, 2).dataSync()[0]).toBe(3);
  });
});

describe("a graph of many results", () => {
  it("computes all that do not need a failed kernel", () => {
    const a = tf.mul(tf.ones([3]), 2);
    const bad = [badGather(), badGather()];
    // The second time, the gathers have failed before.
    for (let i = 0; i < 2; i++) {
      const products = Array.from({ length: 70 }, (_, factor) => tf.mul(a, factor));
      const sums = bad.map((tensor) => tf.sum(tensor));
      expect(products.map((product) => product.dataSync()[0])).toEqual(products.map((_, factor) => 2 * factor));
      for (const tensor of [...bad, ...sums]) expect(() => tensor.dataSync()).toThrow(/could not run Gather/);
      tf.dispose([...products, ...sums]);
    }
    tf.dispose([a, ...bad]);
  });
});

describe("negative ids", () => {
  const column = (ids: tf.Tensor): tf.Tensor2D => tf.reshape(ids, [2, 1]);
  const logits = (): tf.Tensor2D => tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
  const loss = (x: tf.Tensor, labels: tf.Tensor1D): tf.Tensor1D => ops.softmaxCrossEntropy(x as tf.Tensor2D, labels);
  const uses: Record<string, (ids: tf.Tensor1D) => tf.Tensor> = {
    gather: (ids) => tf.gather(tf.tensor1d([10, 20, 30]), ids),
    "gather of each row": (ids) => tf.gather(logits(), column(ids), 1, 1),
    gatherND: (ids) => tf.gatherND(tf.tensor1d([10, 20, 30]), column(ids)),
    scatterND: (ids) => tf.scatterND(column(ids), tf.tensor1d([7, 8]), [3]),
    "scatterND along two axes": (ids) => tf.scatterND(tf.reshape(ids, [1, 2]), tf.tensor1d([7]), [3, 3]),
    tensorScatterUpdate: (ids) => tf.tensorScatterUpdate(tf.zeros([3]), column(ids), tf.tensor1d([7, 8])),
    "ids of embeddings": (ids) => ops.embeddingLookup(tf.ones([3, 2]), ids),
    labels: (ids) => loss(logits(), ids),
    "labels, in the gradient": (ids) => tf.grad((x) => tf.sum(loss(x, ids)))(logits()),
    "labels of a linear layer": (ids) => ops.linearCrossEntropy(logits(), tf.ones([3, 3]), tf.zeros([3]), ids).losses,
  };

  it.each(Object.entries(uses))("in memory are rejected when a kernel is called: %s", (_, use) => {
    expect(() => use(tf.tensor1d([0, -1], "int32"))).toThrow(
      /(GatherV2|GatherNd|ScatterNd|TensorScatterUpdate): the index value -1 is not in|must be from 0 to 2, got -1/,
    );
    expect(
      use(tf.tensor1d([0, 2], "int32"))
        .dataSync()
        .every(Number.isFinite),
    ).toBe(true);
  });

  it.each(Object.entries(uses))("that a graph computes do not count from the end: %s", (_, use) => {
    const oneLess = (...ids: number[]): tf.Tensor1D => tf.sub(tf.tensor1d(ids, "int32"), tf.scalar(1, "int32"));
    expect(() => use(oneLess(1, 0)).dataSync()).toThrow(
      /-2147483648 \(a negative id\)|Out of range value in index tensor/,
    );
    expect(use(oneLess(1, 3)).dataSync().every(Number.isFinite)).toBe(true);
  });

  it("have no segment, as on the CPU backend", () => {
    const ids = tf.sub(tf.tensor1d([0, 1, 2], "int32"), tf.scalar(1, "int32")) as tf.Tensor1D;
    expect(Array.from(tf.unsortedSegmentSum(tf.tensor1d([10, 20, 30]), ids, 3).dataSync())).toEqual([20, 30, 0]);
    const rows = tf.tensor2d([9, 9, 1, 2, 3, 4], [3, 2]);
    expect(Array.from(tf.unsortedSegmentSum(rows, ids, 2).dataSync())).toEqual([1, 2, 3, 4]);
  });

  it("add nothing to the graph if the ids cannot be negative", () => {
    const positions = tf.tensor2d([0, 1, 1, 0], [2, 2], "int32");
    const backend = tf.backend() as OnnxRuntimeBackend;
    const made = [
      ops.gatherPositions(tf.ones([2, 3, 4]), positions),
      ops.embeddingLookup(tf.ones([3, 2]), tf.zeros([2], "int32")),
      tf.gather(tf.ones([3]), tf.maximum(tf.sub(positions, tf.scalar(1, "int32")), tf.scalar(0, "int32"))),
      tf.gatherND(logits(), tf.concat([positions, positions])),
      tf.grad((x) => tf.sum(loss(x, tf.tensor1d([0, 2], "int32"))))(logits()),
    ];
    expect(backend.executor.recorder.pending.map(({ signature }) => signature.operation.name)).not.toContain(
      "RejectNegative",
    );
    tf.dispose(made);
  });
});

describe("too little memory", () => {
  it("for intermediate results is reported, and leaves the backend usable", () => {
    const kept = tf.square(tf.tensor1d([5]));
    const column = tf.variable(tf.ones([600_000, 1]));
    // An outer product of 1.4 TB.
    const huge = tf.tidy(() => tf.sum(tf.exp(tf.mul(column, tf.transpose(column)))));
    expect(() => huge.dataSync()).toThrow(/alloc|memory/i);
    expect(kept.dataSync()[0]).toBe(25);
    expect(column.dataSync().length).toBe(600_000);
    tf.dispose([huge, kept, column]);
    expect(tf.add(1, 2).dataSync()[0]).toBe(3);
  });

  it("for a result is reported, and leaves the backend usable", () => {
    const row = tf.ones([1, 600_000]);
    const huge = tf.mul(row, tf.reshape(row, [600_000, 1]));
    expect(() => huge.dataSync()).toThrow(/alloc|memory|length/i);
    huge.dispose();
    expect(tf.sum(row).dataSync()[0]).toBe(600_000);
  });
});

describe("a session", () => {
  const options = { threads: 1, spinMicroseconds: 0 };
  const vector = { type: "float32", shape: [2] } as const;
  const model = serializeModel({
    nodes: [
      { name: "", op: "Cast", domain: "", inputs: ["half"], outputs: ["stop"], attributes: { to: 16 } },
      { name: "", op: "Relu", domain: "", inputs: ["x"], outputs: ["y"], attributes: {} },
    ],
    constants: [{ name: "half", type: "float32", shape: [], bytes: new Uint8Array(4) }],
    inputs: [{ name: "x", ...vector }],
    outputs: [
      { name: "stop", type: "bfloat16", shape: [] },
      { name: "y", ...vector },
    ],
  });

  it("of a broken model throws and never ends the process", () => {
    expect(() => new NativeSession(new Uint8Array(0), options, true)).toThrow(/./);
    expect(() => new NativeSession(new Uint8Array(1000).fill(0xff), options, true)).toThrow(/./);
    let rejected = 0;
    const attempt = (bytes: Uint8Array): void => {
      try {
        new NativeSession(bytes, options, true).dispose();
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
        rejected++;
      }
    };
    for (let length = 0; length < model.length; length++) attempt(model.slice(0, length));
    for (let i = 0; i < model.length * 8; i += 3) {
      const flipped = model.slice();
      flipped[i >> 3]! ^= 1 << (i & 7);
      attempt(flipped);
    }
    expect(rejected).toBeGreaterThan(model.length / 2);
  });

  it("that has been disposed says so", () => {
    const session = new NativeSession(model, options, true);
    session.dispose();
    expect(() => session.run({}, {})).toThrow(/disposed/i);
  });
});

describe("after a failure", () => {
  it("training continues", () => {
    const v = tf.variable(tf.scalar(1));
    const optimizer = tf.train.sgd(0.1);
    const step = (): number =>
      tf.tidy(() => optimizer.minimize(() => tf.square(v) as tf.Scalar, true, [v])!.dataSync()[0]!);
    step();
    expect(() => badGather().dataSync()).toThrow(/could not run Gather/);
    for (let i = 0; i < 3; i++) step();
    expect(v.dataSync()[0]).toBeCloseTo(0.8 ** 4, 5);
    expect((tf.backend() as OnnxRuntimeBackend).stats().runs).toBeGreaterThan(0);
  });
});
