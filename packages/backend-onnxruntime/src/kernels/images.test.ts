import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { OnnxRuntimeBackend } from "../backend.ts";
import "../index.ts";

type Build = () => tf.Tensor | tf.Tensor[];

function numbers(...shape: number[]): tf.Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(i * 1.7 + size) * 2),
    shape,
  );
}
const image = (...shape: number[]): tf.Tensor4D => numbers(...shape) as tf.Tensor4D;
const volume = (...shape: number[]): tf.Tensor5D => numbers(...shape) as tf.Tensor5D;

interface Result {
  shape: number[];
  values: ArrayLike<number>;
}

async function evaluate(backend: string, build: Build): Promise<Result[]> {
  await tf.setBackend(backend);
  return tf.tidy(() => [build()].flat().map((tensor) => ({ shape: tensor.shape, values: tensor.dataSync() })));
}

/**
 * Checks that results equal the cpu backend's within 1e-4, and that all kernels are recorded: none may run in
 * JavaScript.
 */
async function sameAsCpu(build: Build): Promise<void> {
  const expected = await evaluate("cpu", build);
  await tf.setBackend("onnxruntime");
  const { stats } = tf.backend() as OnnxRuntimeBackend;
  const before = stats.call(tf.backend()).fallbacks;
  const received = await evaluate("onnxruntime", build);
  expect(received.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  received.forEach(({ values }, i) =>
    expect(values).toBeAllClose(expected[i]!.values, { absolute: 1e-4, relative: 1e-4 }),
  );
  expect(stats.call(tf.backend()).fallbacks).toEqual(before);
}

/** A function of tensors, and its gradients with respect to each, with unequal weights. */
function withGradients(f: (...inputs: tf.Tensor[]) => tf.Tensor, ...inputs: tf.Tensor[]): tf.Tensor[] {
  const y = f(...inputs);
  return [y, ...tf.grads(f)(inputs, numbers(...y.shape))];
}

const cases: Record<string, Build> = {};
type Padding = "same" | "valid" | number;
for (const [size, stride, pad, dilation] of [
  [3, 1, "same", 1],
  [3, 2, "same", 1],
  [3, 2, "valid", 1],
  [3, 3, "valid", 1],
  [2, 2, "valid", 1],
  [5, 1, 2, 1],
  [3, 1, "same", 2],
  [1, 1, "valid", 1],
  [1, 2, "same", 1],
] as [number, number, Padding, number][]) {
  const name = `kernel ${size}, stride ${stride}, padding ${pad}, dilation ${dilation}`;
  const differentiable = dilation === 1;
  cases[`conv2d, ${name}`] = () => {
    const f = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
      tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad, "NHWC", dilation);
    const inputs = [image(2, 8, 7, 3), image(size, size, 3, 4)];
    return differentiable ? withGradients(f, ...inputs) : f(...(inputs as [tf.Tensor, tf.Tensor]));
  };
  cases[`depthwiseConv2d, ${name}`] = () => {
    const f = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
      tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad, "NHWC", dilation);
    const inputs = [image(2, 8, 7, 3), image(size, size, 3, 2)];
    return differentiable ? withGradients(f, ...inputs) : f(...(inputs as [tf.Tensor, tf.Tensor]));
  };
}
cases["conv2d of channels first"] = () => tf.conv2d(image(2, 3, 6, 5), image(3, 2, 3, 4), [1, 2], "same", "NCHW");
cases["conv2d with explicit padding and rounding up"] = () => [
  tf.conv2d(image(1, 6, 6, 2), image(3, 3, 2, 2), 2, [[0, 0], [1, 2], [0, 1], [0, 0]]), // prettier-ignore
  tf.conv2d(image(1, 6, 6, 2), image(3, 3, 2, 2), 2, 0, "NHWC", 1, "ceil"),
];
cases["conv2dTranspose"] = () => [
  tf.conv2dTranspose(image(2, 4, 3, 4), image(3, 3, 2, 4), [2, 8, 6, 2], 2, "same"),
  tf.conv2dTranspose(image(1, 4, 4, 1), image(2, 2, 1, 1), [1, 5, 5, 1], 1, "valid"),
];
cases["separableConv2d"] = () => tf.separableConv2d(image(1, 6, 6, 2), image(3, 3, 2, 2), image(1, 1, 4, 3), 1, "same");
for (const activation of ["linear", "relu", "relu6", "elu", "sigmoid", "leakyrelu", "prelu"] as const) {
  for (const size of [1, 3]) {
    cases[`fused.conv2d ${activation}, kernel ${size}`] = () =>
      tf.fused.conv2d({
        x: image(2, 5, 5, 3),
        filter: image(size, size, 3, 4),
        strides: 1,
        pad: "same",
        bias: numbers(4),
        activation,
        leakyreluAlpha: 0.3,
        ...(activation === "prelu" ? { preluActivationWeights: numbers(4) } : {}),
      } as Parameters<typeof tf.fused.conv2d>[0]);
  }
}
cases["fused.depthwiseConv2d"] = () =>
  tf.fused.depthwiseConv2d({
    x: image(2, 5, 5, 3),
    filter: image(3, 3, 3, 2),
    strides: 1,
    pad: "same",
    bias: numbers(6) as tf.Tensor1D,
    activation: "relu6",
  });
cases["conv3d"] = () =>
  withGradients(
    (x, w) => tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, [1, 2, 1], "same"),
    volume(2, 4, 5, 4, 2),
    volume(2, 3, 2, 2, 3),
  );
for (const pool of ["maxPool", "avgPool"] as const) {
  for (const [size, stride, pad] of [
    [2, 2, "valid"],
    [2, 2, "same"],
    [3, 2, "same"],
    [3, 1, "same"],
    [3, 3, 1],
    [1, 1, "valid"],
  ] as [number, number, Padding][]) {
    cases[`${pool}, kernel ${size}, stride ${stride}, padding ${pad}`] = () =>
      withGradients((x) => tf[pool](x as tf.Tensor4D, size, stride, pad), image(2, 8, 6, 3));
  }
  cases[`${pool} rounding up`] = () => tf[pool](image(1, 6, 5, 2), 3, 2, 0, "ceil");
  const pool3d = `${pool}3d` as const;
  const pooled = (x: tf.Tensor) => tf[pool3d](x as tf.Tensor5D, 2, 2, "same");
  // The gradient of maxPool3d is the CPU kernel's.
  cases[pool3d] = () =>
    pool === "avgPool" ? withGradients(pooled, volume(1, 4, 6, 5, 2)) : [pooled(volume(1, 4, 6, 5, 2))];
}
cases["maxPool sends the gradient to the first of equal values, and never to NaN"] = () => {
  const flat = tf.relu(tf.sub(image(1, 4, 4, 2), 1.5)); // mostly zeros
  const holes = tf.tensor4d([NaN, 1, 2, NaN, 3, -1, NaN, 0, 1], [1, 3, 3, 1]);
  return [...withGradients((x) => tf.maxPool(x as tf.Tensor4D, 2, 2, "valid"), flat), tf.maxPool(holes, 2, 1, "valid")];
};
cases["dilated pool"] = () => tf.pool(image(1, 6, 6, 2) as tf.Tensor4D, [2, 2], "max", "same", [2, 2]);
cases["batchNorm"] = () => [
  tf.batchNorm(image(2, 3, 3, 4), numbers(4) as tf.Tensor1D, tf.square(numbers(4)) as tf.Tensor1D),
  ...withGradients(
    (x, mean, offset, scale) =>
      tf.batchNorm(
        x as tf.Tensor4D,
        mean as tf.Tensor1D,
        tf.tensor1d([0.5, 1, 2]),
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
        1e-5,
      ),
    image(2, 4, 2, 3),
    numbers(3),
    tf.neg(numbers(3)),
    tf.add(numbers(3), 1),
  ),
];
cases["localResponseNormalization"] = () => tf.localResponseNormalization(image(1, 3, 3, 7), 2, 1.5, 0.3, 0.7);
for (const [alignCorners, halfPixelCenters] of [
  [false, false],
  [true, false],
  [false, true],
] as const) {
  for (const resize of ["resizeBilinear", "resizeNearestNeighbor"] as const) {
    for (const size of [
      [9, 3],
      [4, 10],
      [1, 1],
      [5, 5],
    ] as [number, number][]) {
      cases[`${resize} to ${size.join("×")}, align ${alignCorners}, half ${halfPixelCenters}`] = () => {
        const f = (x: tf.Tensor): tf.Tensor => tf.image[resize](x as tf.Tensor4D, size, alignCorners, halfPixelCenters);
        if (halfPixelCenters) return f(image(2, 5, 4, 2));
        // The cpu backend's gradients are only right for one square image.
        return [f(image(2, 5, 4, 2)), ...withGradients(f, image(1, 5, 5, 2))];
      };
    }
  }
}
cases["space to batch and back, depth to space, flip"] = () => {
  const parts = tf.spaceToBatchND(image(2, 4, 5, 3), [2, 2], [[0, 0], [1, 0]]); // prettier-ignore
  return [
    parts,
    tf.batchToSpaceND(parts, [2, 2], [[0, 0], [1, 0]]), // prettier-ignore
    tf.depthToSpace(image(1, 2, 3, 8), 2),
    tf.image.flipLeftRight(image(1, 2, 3, 2)),
  ];
};
cases["einsum"] = () => [
  tf.einsum("bij, bjk -> bik", numbers(2, 3, 4), numbers(2, 4, 5)),
  tf.einsum("ij->ji", numbers(3, 4)),
  tf.einsum("i,j->ij", numbers(3), numbers(4)),
  tf.einsum("bthd,bshd->bhts", numbers(2, 3, 2, 4), numbers(2, 5, 2, 4)),
  tf.einsum("ij,ij->", numbers(3, 4), numbers(3, 4)),
];
cases["mod"] = () => tf.mod(tf.tensor1d([5, -5, 5, -5, 0, 7.5]), tf.tensor1d([3, 3, -3, -3, 2, 2]));
cases["gradient of elu"] = () => withGradients((x) => tf.elu(x), numbers(4, 5));

describe("a number as padding, for filters that are not square", () => {
  const fewerSteps: Record<string, () => tf.Tensor[]> = {
    maxPool: () => [tf.maxPool(image(1, 6, 6, 1), [2, 1], 1, 0), tf.maxPool(image(1, 4, 7, 1), [3, 1], 3, 0, "floor")],
    avgPool: () => [tf.avgPool(image(1, 6, 6, 2), [3, 1], 2, 0), tf.avgPool(image(1, 6, 6, 2), [1, 3], 1, 0)],
    conv2d: () => withGradients((x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 0), image(1, 5, 5, 1), image(3, 1, 1, 1)), // prettier-ignore
    depthwiseConv2d: () => [tf.depthwiseConv2d(image(1, 3, 5, 1), image(2, 1, 1, 3), 1, 1, "NHWC", 2, "ceil")],
  };

  it.each(Object.entries(fewerSteps))("%s agrees with the CPU backend", async (_, build) => {
    const [expected, received] = [await evaluate("cpu", build), await evaluate("onnxruntime", build)];
    expect(received.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
    received.forEach(({ values }, i) => expect(values).toBeAllClose(expected[i]!.values, { absolute: 1e-4 }));
  });
});

describe("kernels of images are recorded and agree with the CPU backend", () => {
  beforeAll(() => tf.ready());
  for (const [name, build] of Object.entries(cases)) it(name, () => sameAsCpu(build));
});
