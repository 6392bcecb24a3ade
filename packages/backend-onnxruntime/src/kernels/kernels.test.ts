import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import "../index.ts";

type Build = () => tf.Tensor | tf.Tensor[];

function numbers(...shape: number[]): tf.Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(i * 1.7 + size) * 2),
    shape,
  );
}

function integers(limit: number, ...shape: number[]): tf.Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Int32Array.from({ length: size }, (_, i) => (i * 7 + size) % limit),
    shape,
    "int32",
  );
}

async function evaluate(
  backend: string,
  build: Build,
): Promise<{ shape: number[]; dtype: string; values: ArrayLike<number> }[]> {
  await tf.setBackend(backend);
  const before = tf.memory().numTensors;
  const dataBefore = tf.engine().backend.numDataIds();
  const results = tf.tidy(build);
  const list = Array.isArray(results) ? results : [results];
  const read = list.map((tensor) => ({ shape: tensor.shape, dtype: tensor.dtype, values: tensor.dataSync() }));
  tf.dispose(list);
  expect(tf.memory().numTensors).toBe(before);
  expect(tf.engine().backend.numDataIds()).toBe(dataBefore);
  return read;
}

async function sameAsCpu(build: Build): Promise<void> {
  const expected = await evaluate("cpu", build);
  const received = await evaluate("onnxruntime", build);
  expect(received.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
    expected.map(({ shape, dtype }) => ({ shape, dtype })),
  );
  received.forEach(({ values }, i) =>
    expect(values).toBeAllClose(expected[i]!.values, { absolute: 2e-5, relative: 2e-5 }),
  );
}

const special = (): tf.Tensor => tf.tensor1d([NaN, Infinity, -Infinity, 0, -0, 1, -1, 1e-8, -1e-8, 30, -30, 100, -100]);

const cases: Record<string, Build> = {};
for (const name of [
  "abs",
  "ceil",
  "cos",
  "cosh",
  "elu",
  "erf",
  "exp",
  "expm1",
  "floor",
  "isFinite",
  "isInf",
  "isNaN",
  "neg",
  "relu",
  "relu6",
  "selu",
  "sigmoid",
  "sign",
  "sin",
  "softplus",
  "square",
  "step",
  "tanh",
  "tan",
  "atan",
  "asinh",
] as const) {
  const op = tf[name] as (x: tf.Tensor) => tf.Tensor;
  cases[name] = () => op(numbers(3, 5));
}
for (const name of ["log", "log1p", "sqrt", "rsqrt", "reciprocal", "acosh"] as const) {
  const op = tf[name] as (x: tf.Tensor) => tf.Tensor;
  cases[name] = () => op(tf.add(tf.abs(numbers(3, 5)), 1.1));
}
for (const name of [
  "exp",
  "log",
  "log1p",
  "expm1",
  "sqrt",
  "sigmoid",
  "tanh",
  "relu",
  "neg",
  "abs",
  "isNaN",
  "isInf",
  "isFinite",
  "step",
  "sign",
] as const) {
  const op = tf[name] as (x: tf.Tensor) => tf.Tensor;
  cases[`${name} of special values`] = () => op(special());
}
for (const name of [
  "add",
  "sub",
  "mul",
  "div",
  "maximum",
  "minimum",
  "squaredDifference",
  "equal",
  "notEqual",
  "less",
  "lessEqual",
  "greater",
  "greaterEqual",
  "floorDiv",
] as const) {
  const op = tf[name] as (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;
  cases[name] = () => op(numbers(2, 3, 4), numbers(3, 1));
  cases[`${name} of int32`] = () => op(integers(11, 2, 6), tf.add(integers(5, 6), tf.scalar(1, "int32")));
}
cases["pow"] = () => tf.pow(tf.abs(numbers(4, 3)), numbers(3));
cases["mod"] = () => tf.mod(numbers(6), tf.scalar(0.7));
cases["int32 is exact"] = () =>
  tf.add(tf.tensor1d([2 ** 24 + 1, -(2 ** 31), 2 ** 31 - 2], "int32"), tf.scalar(1, "int32"));
cases["int32 division by zero"] = () =>
  tf.maximum(tf.floorDiv(tf.tensor1d([7], "int32"), tf.tensor1d([2], "int32")), tf.scalar(1, "int32"));
cases["clipByValue"] = () => tf.clipByValue(numbers(7), -0.5, 0.7);
cases["leakyRelu"] = () => tf.leakyRelu(numbers(7), 0.3);
cases["prelu"] = () => tf.prelu(numbers(2, 7), numbers(7));
cases["cast"] = () => [
  tf.cast(numbers(9), "int32"),
  tf.cast(integers(3, 9), "bool"),
  tf.cast(tf.greater(numbers(9), 0), "float32"),
  tf.cast(special(), "bool"),
];
cases["logical"] = () => [
  tf.logicalAnd(tf.greater(numbers(9), 0), tf.less(numbers(9), 1)),
  tf.logicalOr(tf.greater(numbers(9), 0), tf.less(numbers(9), 1)),
  tf.logicalNot(tf.greater(numbers(9), 0)),
];
for (const name of ["sum", "mean", "max", "min", "prod"] as const) {
  const op = tf[name] as (x: tf.Tensor, axis?: number | number[], keep?: boolean) => tf.Tensor;
  cases[name] = () => [
    op(numbers(2, 3, 4)),
    op(numbers(2, 3, 4), 1),
    op(numbers(2, 3, 4), [0, 2], true),
    op(numbers(2, 3, 4), -1),
  ];
}
cases["sum of int32 and bool"] = () => [tf.sum(integers(9, 3, 4), 0), tf.sum(tf.greater(numbers(9), 0))];
cases["all any"] = () => [tf.all(tf.greater(numbers(3, 4), -1.9), 1), tf.any(tf.greater(numbers(3, 4), 1.9), 0)];
cases["argMax of long rows with NaN, infinities and equals"] = () => {
  const rows = Array.from({ length: 40 }, (_, row) =>
    Float32Array.from({ length: 5000 }, (_, i) => {
      if (row % 5 === 1 && i % (row * 37) === 0) return NaN; // first of all, too
      if (row % 5 === 2 && i > 0 && i % (row * 37) === 0) return NaN;
      if (row % 5 === 3) return row % 2 === 0 ? -Infinity : NaN;
      return row % 5 === 4 ? Math.round(Math.sin(i) * 3) : Math.sin(i * i + row);
    }),
  );
  return rows.map((row) => tf.argMax(tf.tensor2d(row, [1, 5000]), 1));
};
cases["argMax argMin"] = () => [tf.argMax(numbers(3, 4), 1), tf.argMin(numbers(3, 4), 0), tf.argMax(integers(3, 9))];
cases["cumsum"] = () => [
  tf.cumsum(numbers(3, 4), 1),
  tf.cumsum(numbers(3, 4), 0, true),
  tf.cumsum(integers(5, 3, 4), 1, false, true),
];
cases["softmax"] = () => [
  tf.softmax(numbers(2, 3, 4)),
  tf.softmax(tf.mul(numbers(2, 3), 100)),
  tf.logSoftmax(numbers(3, 4)),
];
cases["matMul"] = () =>
  [false, true].flatMap((a) =>
    [false, true].map((b) => tf.matMul(a ? numbers(5, 3) : numbers(3, 5), b ? numbers(4, 5) : numbers(5, 4), a, b)),
  );
cases["matMul in batches"] = () =>
  [false, true].flatMap((a) =>
    [false, true].map((b) =>
      tf.matMul(a ? numbers(2, 3, 5, 3) : numbers(2, 3, 3, 5), b ? numbers(2, 3, 4, 5) : numbers(2, 3, 5, 4), a, b),
    ),
  );
cases["matMul with one batch"] = () => [
  tf.matMul(numbers(6, 3, 5), numbers(1, 5, 4)),
  tf.matMul(numbers(6, 3, 5), numbers(5, 4)),
];
for (const activation of ["linear", "relu", "elu", "sigmoid", "relu6", "leakyrelu"] as const) {
  cases[`fused.matMul ${activation}`] = () =>
    tf.fused.matMul({
      a: numbers(4, 3) as tf.Tensor2D,
      b: numbers(4, 5) as tf.Tensor2D,
      transposeA: true,
      bias: numbers(5),
      activation,
    });
}
cases["addN"] = () => tf.addN(Array.from({ length: 9 }, (_, i) => tf.mul(numbers(3, 2), i)));
cases["reshape transpose"] = () => [
  tf.transpose(tf.reshape(numbers(4, 6), [2, 2, 6]), [2, 0, 1]),
  tf.transpose(numbers(1, 5, 1, 3), [1, 0, 3, 2]),
  tf.expandDims(numbers(3, 2), 1),
];
cases["reshape of a result, both kept"] = () => {
  const y = tf.exp(numbers(2, 3));
  return [y, tf.reshape(y, [3, 2]), tf.exp(tf.reshape(y, [6]))];
};
cases["slice"] = () => [
  tf.slice(numbers(4, 5), [1, 2], [2, 3]),
  tf.slice(numbers(4, 5), 2),
  tf.slice(tf.greater(numbers(9), 0), 3, 4),
];
cases["stridedSlice"] = () => [
  tf.stridedSlice(numbers(5, 7), [0, 1], [5, 7], [2, 3]),
  tf.stridedSlice(numbers(5, 7), [4, 1], [0, 7], [-1, 1]),
];
cases["reverse"] = () => [tf.reverse(numbers(3, 4), 1), tf.reverse(integers(9, 3, 4))];
cases["concat stack"] = () => [
  tf.concat([numbers(2, 3), numbers(4, 3)], 0),
  tf.concat([numbers(2, 3), numbers(2, 1)], -1),
  tf.stack([numbers(2, 3), numbers(2, 3)], 1),
];
cases["split unstack"] = () => [
  ...tf.split(numbers(6, 2), 3),
  ...tf.split(numbers(5, 2), [2, -1]),
  ...tf.split(numbers(5, 2), [0, 2, 0, 3]),
  ...tf.split(numbers(2, 5), [0, 5], 1),
  ...tf.unstack(numbers(2, 3), 1),
];
cases["pad tile"] = () => [
  tf.pad(
    numbers(2, 3),
    [
      [1, 0],
      [2, 1],
    ],
    0.5,
  ),
  tf.pad(integers(9, 4), [[1, 2]]),
  tf.tile(numbers(2, 3), [2, 3]),
  tf.mirrorPad(
    numbers(4, 3),
    [
      [1, 2],
      [0, 1],
    ],
    "reflect",
  ),
  tf.mirrorPad(numbers(4), [[1, 2]], "symmetric"),
];
cases["broadcastTo"] = () => tf.broadcastTo(numbers(3, 1), [2, 3, 4]);
cases["fill"] = () => [
  tf.fill([2, 3], 7),
  tf.ones([2]),
  tf.zeros([3], "int32"),
  tf.zerosLike(numbers(2)),
  tf.onesLike(integers(4, 3)),
  tf.add(tf.ones([2, 3]), tf.fill([3], 0.5)),
  tf.range(0, 5),
  tf.linspace(0, 1, 4),
];
cases["mul by ones and add of zeros"] = () => [
  tf.mul(numbers(3, 1), tf.ones([3, 4])),
  tf.add(tf.zeros([2, 3]), numbers(3)),
  tf.mul(tf.mul(numbers(3, 1), tf.ones([3, 4])), numbers(3, 4)),
];
cases["where"] = () => [
  tf.where(tf.greater(numbers(3, 4), 0), numbers(3, 4), tf.zeros([3, 4])),
  tf.where(tf.greater(numbers(3, 1), 0), numbers(3, 4), tf.ones([3, 4])),
  tf.where(tf.greater(numbers(9), 0), tf.less(numbers(9), 1), tf.less(numbers(9), -1)),
];
cases["oneHot"] = () => [
  tf.oneHot(tf.tensor1d([1, 0, 4, -1, 5], "int32"), 5),
  tf.oneHot(integers(3, 2, 2), 3, 0.9, 0.1),
];
cases["gather"] = () => [
  tf.gather(numbers(6, 3), integers(6, 4)),
  tf.gather(numbers(6, 3), integers(3, 2, 2), 1),
  tf.gather(numbers(2, 5, 3), integers(5, 2, 4), 1, 1),
];
cases["gatherND scatterND"] = () => [
  tf.gatherND(
    numbers(4, 3),
    tf.tensor2d(
      [
        [0, 1],
        [3, 2],
      ],
      [2, 2],
      "int32",
    ),
  ),
  tf.scatterND(tf.tensor2d([[1], [3], [1]], [3, 1], "int32"), numbers(3, 2), [5, 2]),
  tf.tensorScatterUpdate(numbers(5), tf.tensor2d([[1], [3]], [2, 1], "int32"), numbers(2)),
];
cases["unsortedSegmentSum"] = () =>
  tf.unsortedSegmentSum(numbers(7, 3), tf.tensor1d([0, 2, 2, 5, 0, 2, 1], "int32"), 6);
cases["topk"] = () => {
  const { values, indices } = tf.topk(numbers(3, 6), 4);
  return [values, indices];
};
cases["einsum"] = () => tf.einsum("bij,bjk->bik", numbers(2, 3, 4), numbers(2, 4, 5));
cases["empty tensors"] = () => [
  tf.concat([tf.zeros([0, 3]), numbers(2, 3)]),
  tf.add(tf.zeros([0, 3]), numbers(3)),
  tf.sum(tf.zeros([0])),
];

cases["complex"] = () => {
  const z = tf.complex(numbers(3), numbers(3));
  return [
    tf.real(tf.clone(z)),
    tf.imag(tf.mul(z, z)),
    tf.real(tf.reshape(tf.fft(tf.complex(numbers(4), numbers(4))), [2, 2])),
  ];
};

describe("kernels agree with the CPU backend", () => {
  beforeAll(() => tf.ready());
  for (const [name, build] of Object.entries(cases)) it(name, () => sameAsCpu(build));
});

describe("results of CPU kernels", () => {
  const double = (x: tf.Tensor): tf.Tensor1D => tf.mul(x, 2); // in memory that is reused
  const kernels: Record<string, (x: tf.Tensor1D) => tf.Tensor> = {
    "a split with an empty part": (x) => tf.split(x, [0, x.size])[1]!,
    // All rows have values, so the CPU kernel returns the array it was given.
    sparseFillEmptyRows: (x) => {
      const indices = tf.stack([tf.range(0, x.size, 1, "int32"), tf.zeros([x.size], "int32")], 1) as tf.Tensor2D;
      const shape = tf.tensor1d([x.size, 1], "int32");
      return tf.sparse.sparseFillEmptyRows(indices, x, shape, 7)["outputValues"] as tf.Tensor;
    },
  };

  it.each(Object.entries(kernels))("have their own memory: %s", async (_, kernel) => {
    await tf.setBackend("onnxruntime");
    const x = double(tf.range(0, 1024));
    const y = kernel(x);
    y.dataSync();
    x.dispose();
    const later = double(tf.fill([1024], -1));
    expect(later.dataSync()[1]).toBe(-2);
    expect(Array.from(y.dataSync().slice(0, 3))).toEqual([0, 2, 4]);
    tf.dispose([y, later]);
  });
});

describe("strings", () => {
  it("are stored, reshaped and compared", async () => {
    await tf.setBackend("onnxruntime");
    const words = tf.tensor1d(["ein", "zwei", "drei", "vier"]);
    expect(tf.reshape(words, [2, 2]).arraySync()).toEqual([
      ["ein", "zwei"],
      ["drei", "vier"],
    ]);
    expect(Array.from(tf.equal(words, tf.tensor1d(["ein", "x", "drei", "y"])).dataSync())).toEqual([1, 0, 1, 0]);
  });
});
