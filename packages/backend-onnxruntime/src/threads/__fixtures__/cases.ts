import * as tf from "@tensorflow/tfjs-core";

export type Build = () => tf.Tensor | tf.Tensor[];

const random = Float32Array.from({ length: 2 ** 20 + 4096 }, (_, i) => Math.fround(((i * 0.754877666) % 1) * 2 - 1));

/** Numbers between -1 and 1, the same in every call with one `seed`. */
export function numbers(seed: number, ...shape: number[]): tf.Tensor {
  return tf.tensor(random.slice(seed, seed + tf.util.sizeFromShape(shape)), shape);
}

/** Whole numbers from 0 to below `limit`, many of them repeated. */
export function ids(limit: number, ...shape: number[]): tf.Tensor {
  const length = tf.util.sizeFromShape(shape);
  return tf.tensor(
    Int32Array.from({ length }, (_, i) => (i * 7919 + (i >> 3)) % limit),
    shape,
    "int32",
  );
}

const x = (seed = 0): tf.Tensor2D => numbers(seed, 256, 512) as tf.Tensor2D;
const positive = (): tf.Tensor => tf.add(x(), 1.1);
const truths = (seed = 0): tf.Tensor => tf.greater(x(seed), 0.2);
const whole = (): tf.Tensor => ids(1000, 256, 512);
const image = (seed: number, ...shape: number[]): tf.Tensor4D => numbers(seed, ...shape) as tf.Tensor4D;
const volume = (seed: number, ...shape: number[]): tf.Tensor5D => numbers(seed, ...shape) as tf.Tensor5D;

/** The gradients of a function with unequal output weights. */
export function gradients(f: (...inputs: tf.Tensor[]) => tf.Tensor, ...inputs: tf.Tensor[]): tf.Tensor[] {
  return tf.grads(f)(inputs, numbers(3, ...f(...inputs).shape));
}

const conv2d = (strides: number) => (a: tf.Tensor, b: tf.Tensor) =>
  tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, strides, "same");
const depthwise = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
  tf.depthwiseConv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, "same");
const conv3d = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.conv3d(a as tf.Tensor5D, b as tf.Tensor5D, 1, "same");
const images = (): tf.Tensor4D => image(0, 4, 32, 32, 8);
const filter = (): tf.Tensor4D => image(1, 3, 3, 8, 16);

/**
 * Every kernel that this backend records, at sizes for which ONNX Runtime uses several threads; the name of a case
 * starts with its kernel's. The cpu backend computes the same function for comparison.
 */
export const cases: Record<string, Build> = {
  Abs: () => [tf.abs(x()), tf.abs(whole())],
  Acos: () => tf.acos(x()),
  Acosh: () => tf.acosh(tf.add(x(), 2.1)),
  Add: () => [tf.add(x(), x(1)), tf.add(x(), numbers(1, 512)), tf.add(x(), numbers(1, 256, 1)), tf.add(whole(), 3)],
  AddN: () => tf.addN([x(), x(1), x(2)]),
  All: () => [tf.all(truths(), 1), tf.all(truths())],
  Any: () => [tf.any(truths(), 0), tf.any(truths())],
  ArgMax: () => [tf.argMax(x(), 1), tf.argMax(x(), 0), tf.argMax(numbers(0, 64, 8192), 1)],
  ArgMin: () => [tf.argMin(x(), 1), tf.argMin(x(), 0), tf.argMin(whole(), 1)],
  Asin: () => tf.asin(x()),
  Asinh: () => tf.asinh(x()),
  Atan: () => tf.atan(x()),
  Atanh: () => tf.atanh(tf.mul(x(), 0.9)),
  AvgPool: () => tf.avgPool(image(0, 4, 64, 64, 16), 3, 2, "same"),
  AvgPool3D: () => tf.avgPool3d(volume(0, 2, 16, 16, 16, 16), 2, 2, "same"),
  AvgPool3DGrad: () => gradients((a) => tf.avgPool3d(a as tf.Tensor5D, 2, 2, "valid"), volume(0, 2, 16, 16, 16, 8)),
  AvgPoolGrad: () => [
    ...gradients((a) => tf.avgPool(a as tf.Tensor4D, 3, 2, "same"), image(0, 4, 32, 32, 8)),
    ...gradients((a) => tf.avgPool(a as tf.Tensor4D, 2, 2, "valid"), image(0, 4, 64, 64, 8)),
  ],
  BatchMatMul: () => [
    tf.matMul(numbers(0, 256, 512) as tf.Tensor2D, numbers(1, 512, 384) as tf.Tensor2D),
    tf.matMul(numbers(0, 512, 256) as tf.Tensor2D, numbers(1, 512, 128) as tf.Tensor2D, true),
    tf.matMul(numbers(0, 512, 128) as tf.Tensor2D, numbers(1, 512, 256) as tf.Tensor2D, true),
    tf.matMul(numbers(0, 256, 512) as tf.Tensor2D, numbers(1, 300, 512) as tf.Tensor2D, false, true),
    tf.matMul(numbers(0, 16, 64, 32), numbers(1, 16, 48, 32), false, true),
    tf.matMul(numbers(0, 16, 64, 48), numbers(1, 16, 64, 32), true),
    tf.matMul(numbers(0, 16, 64, 48), numbers(1, 16, 48, 32)),
    tf.matMul(numbers(0, 1, 4096) as tf.Tensor2D, numbers(1, 4096, 128) as tf.Tensor2D),
    tf.matMul(numbers(0, 128, 4096) as tf.Tensor2D, numbers(1, 4096, 1) as tf.Tensor2D),
  ],
  BatchToSpaceND: () => tf.batchToSpaceND(numbers(0, 16, 16, 16, 32), [2, 2], [[1, 0], [0, 1]]), // prettier-ignore
  Cast: () => [tf.cast(tf.mul(x(), 1e4), "int32"), tf.cast(whole(), "float32"), tf.cast(truths(), "float32")],
  Ceil: () => tf.ceil(tf.mul(x(), 10)),
  ClipByValue: () => tf.clipByValue(x(), -0.3, 0.4),
  Concat: () => [tf.concat([x(), x(1)], 0), tf.concat([x(), x(1)], 1)],
  Conv2D: () => [conv2d(1)(images(), filter()), conv2d(2)(images(), filter()), conv2d(1)(images(), image(1, 1, 1, 8, 16))],
  Conv2DBackpropFilter: () => gradients((a) => conv2d(1)(images(), a), filter()),
  Conv2DBackpropInput: () => gradients((a) => conv2d(2)(a, filter()), image(0, 4, 32, 32, 8)),
  Conv3D: () => conv3d(volume(0, 2, 12, 12, 12, 8), volume(1, 3, 3, 3, 8, 8)),
  Conv3DBackpropFilterV2: () => gradients((a) => conv3d(volume(0, 2, 10, 10, 10, 8), a), volume(1, 3, 3, 3, 8, 4)),
  Conv3DBackpropInputV2: () => gradients((a) => conv3d(a, volume(1, 3, 3, 3, 8, 4)), volume(0, 2, 10, 10, 10, 8)),
  Cos: () => tf.cos(x()),
  Cosh: () => tf.cosh(x()),
  Cumsum: () => [tf.cumsum(x(), 1), tf.cumsum(x(), 0, true, true), tf.cumsum(whole(), 1)],
  DepthToSpace: () => tf.depthToSpace(image(0, 4, 32, 64, 16), 2, "NHWC"),
  DepthwiseConv2dNative: () => depthwise(images(), image(1, 3, 3, 8, 2)),
  DepthwiseConv2dNativeBackpropFilter: () => gradients((a) => depthwise(images(), a), image(1, 3, 3, 8, 2)),
  DepthwiseConv2dNativeBackpropInput: () => gradients((a) => depthwise(a, image(1, 3, 3, 8, 2)), images()),
  Einsum: () => tf.einsum("bij,bjk->bik", numbers(0, 8, 128, 96), numbers(1, 8, 96, 64)),
  Elu: () => tf.elu(x()),
  EluGrad: () => gradients(tf.elu, x()),
  Equal: () => [tf.equal(x(), x()), tf.equal(whole(), whole()), tf.equal(truths(), truths(1))],
  Erf: () => tf.erf(tf.mul(x(), 3)),
  Exp: () => tf.exp(x()),
  ExpandDims: () => tf.exp(tf.expandDims(x(), 1)),
  Expm1: () => tf.expm1(x()),
  Fill: () => [tf.fill([512, 512], 1), tf.fill([512, 512], 0.3), tf.fill([512, 512], 7, "int32")],
  FlipLeftRight: () => tf.image.flipLeftRight(image(0, 4, 32, 64, 16)),
  Floor: () => tf.floor(tf.mul(x(), 10)),
  FusedBatchNorm: () =>
    tf.batchNorm(image(0, 4, 32, 32, 32), numbers(1, 32) as tf.Tensor1D, tf.abs(numbers(2, 32)) as tf.Tensor1D, numbers(3, 32) as tf.Tensor1D, numbers(4, 32) as tf.Tensor1D), // prettier-ignore
  FusedConv2D: () =>
    (["relu", "elu", "sigmoid", "relu6", "leakyrelu"] as const).map((activation) =>
      tf.fused.conv2d({ x: images(), filter: filter(), strides: 1, pad: "same", bias: numbers(2, 16), activation, leakyreluAlpha: 0.2 }),
    ),
  FusedDepthwiseConv2D: () =>
    tf.fused.depthwiseConv2d({
      x: images(),
      filter: image(1, 3, 3, 8, 2),
      strides: 1,
      pad: "same",
      bias: numbers(2, 16) as tf.Tensor1D,
      activation: "relu6",
    }),
  _FusedMatMul: () =>
    (["linear", "relu", "elu", "sigmoid", "relu6"] as const).map((activation) =>
      tf.fused.matMul({
        a: numbers(0, 256, 512) as tf.Tensor2D,
        b: numbers(1, 512, 384) as tf.Tensor2D,
        bias: numbers(2, 384),
        activation,
      }),
    ),
  GatherNd: () => tf.gatherND(x(), ids(256, 1024, 1)),
  GatherV2: () => [
    tf.gather(x(), ids(256, 1024) as tf.Tensor1D),
    tf.gather(x(), ids(512, 1024) as tf.Tensor1D, 1),
    tf.gather(numbers(0, 16, 64, 64), ids(64, 16, 128) as tf.Tensor2D, 1, 1),
  ],
  Greater: () => tf.greater(x(), x(1)),
  GreaterEqual: () => tf.greaterEqual(x(), x(1)),
  Identity: () => tf.exp(tf.clone(x())),
  IsFinite: () => tf.isFinite(tf.div(x(), tf.relu(x(1)))),
  IsInf: () => tf.isInf(tf.div(x(), tf.relu(x(1)))),
  IsNan: () => tf.isNaN(tf.div(tf.relu(x()), tf.relu(x()))),
  LeakyRelu: () => tf.leakyRelu(x(), 0.1),
  Less: () => tf.less(x(), x(1)),
  LessEqual: () => tf.lessEqual(x(), x(1)),
  Log: () => tf.log(positive()),
  Log1p: () => tf.log1p(tf.mul(x(), 0.9)),
  LogicalAnd: () => tf.logicalAnd(truths(), truths(1)),
  LogicalNot: () => tf.logicalNot(truths()),
  LogicalOr: () => tf.logicalOr(truths(), truths(1)),
  LRN: () => tf.localResponseNormalization(image(0, 2, 64, 64, 32), 2),
  Max: () => [tf.max(x(), 1), tf.max(x(), 0), tf.max(x()), tf.max(whole(), 1)],
  Maximum: () => [tf.maximum(x(), x(1)), tf.maximum(whole(), 500)],
  MaxPool: () => tf.maxPool(image(0, 4, 64, 64, 16), 3, 2, "same"),
  MaxPool3D: () => tf.maxPool3d(volume(0, 2, 16, 16, 16, 16), 2, 2, "same"),
  MaxPoolGrad: () => gradients((a) => tf.maxPool(a as tf.Tensor4D, 3, 2, "same"), image(0, 4, 64, 64, 8)),
  Mean: () => [tf.mean(x()), tf.mean(x(), 0), tf.mean(x(), 1), tf.mean(numbers(0, 64, 128, 64), 1), tf.mean(numbers(0, 1009, 1021))],
  Min: () => [tf.min(x(), 1), tf.min(x(), 0), tf.min(x())],
  Minimum: () => tf.minimum(x(), x(1)),
  MirrorPad: () => tf.mirrorPad(x(), [[3, 4], [5, 6]], "reflect"), // prettier-ignore
  Mod: () => tf.mod(tf.mul(x(), 10), 3),
  Multiply: () => [tf.mul(x(), x(1)), tf.mul(x(), numbers(1, 256, 1)), tf.mul(whole(), whole())],
  Neg: () => [tf.neg(x()), tf.neg(whole())],
  NotEqual: () => tf.notEqual(whole(), 7),
  OneHot: () => [tf.oneHot(ids(256, 1024), 256), tf.oneHot(ids(256, 1024), 256, 0.9, 0.1)],
  OnesLike: () => tf.onesLike(x()),
  Pack: () => [tf.stack([x(), x(1)], 0), tf.stack([x(), x(1)], 2)],
  PadV2: () => tf.pad(x(), [[3, 4], [5, 6]], 2), // prettier-ignore
  Pow: () => tf.pow(positive(), 1.7),
  Prelu: () => tf.prelu(x(), numbers(1, 512)),
  Prod: () => tf.prod(tf.add(tf.mul(x(), 0.01), 1), 1),
  RealDiv: () => [tf.div(x(), positive()), tf.div(x(), 3)],
  Reciprocal: () => tf.reciprocal(positive()),
  Relu: () => tf.relu(x()),
  Relu6: () => tf.relu6(tf.mul(x(), 10)),
  Reshape: () => tf.exp(tf.reshape(x(), [64, -1])),
  ResizeBilinear: () => tf.image.resizeBilinear(image(0, 4, 48, 48, 8), [101, 90]),
  ResizeBilinearGrad: () => gradients((a) => tf.image.resizeBilinear(a as tf.Tensor4D, [101, 90]), image(0, 4, 48, 48, 8)),
  ResizeNearestNeighbor: () => tf.image.resizeNearestNeighbor(image(0, 4, 48, 48, 8), [101, 90]),
  // One image: for several, the cpu backend's gradient is wrong from the second on.
  ResizeNearestNeighborGrad: () =>
    gradients((a) => tf.image.resizeNearestNeighbor(a as tf.Tensor4D, [96, 96]), image(0, 1, 48, 48, 16)),
  Reverse: () => [tf.reverse(x(), 0), tf.reverse(x(), 1)],
  Round: () => tf.round(tf.mul(x(), 10)),
  Rsqrt: () => tf.rsqrt(positive()),
  ScatterNd: () => [
    tf.scatterND(ids(50, 4096, 1), numbers(0, 4096, 128), [2048, 128]),
    tf.scatterND(ids(50, 4096, 1), ids(1000, 4096, 128), [2048, 128]),
    tf.scatterND(ids(9, 4096, 2), numbers(0, 4096, 128), [11, 9, 128]),
    tf.add(tf.cast(ids(2, 256, 512), "float32"), tf.scatterND(ids(50, 2048, 1), numbers(0, 2048, 512), [256, 512])),
  ],
  Select: () => [tf.where(truths(), x(), x(1)), tf.where(truths(), truths(1), truths(2))],
  Selu: () => tf.selu(x()),
  Sigmoid: () => tf.sigmoid(tf.mul(x(), 5)),
  Sign: () => tf.sign(x()),
  Sin: () => tf.sin(x()),
  Sinh: () => tf.sinh(x()),
  Slice: () => [tf.slice(x(), [3, 5], [250, 500]), tf.slice(whole(), [3, 5], [250, 500])],
  Softmax: () => [tf.softmax(x()), tf.softmax(numbers(0, 8, 20_000))],
  Softplus: () => tf.softplus(x()),
  SpaceToBatchND: () => tf.spaceToBatchND(numbers(0, 4, 31, 32, 32), [2, 2], [[1, 0], [0, 0]]), // prettier-ignore
  SplitV: () => [...tf.split(x(), [100, 156], 0), ...tf.split(x(), 4, 1)],
  Sqrt: () => tf.sqrt(positive()),
  Square: () => [tf.square(x()), tf.square(whole())],
  SquaredDifference: () => tf.squaredDifference(x(), x(1)),
  Step: () => tf.step(x(), 0.3),
  StridedSlice: () => tf.stridedSlice(numbers(0, 512, 768), [0, 1], [512, 768], [1, 3]),
  Sub: () => [tf.sub(x(), x(1)), tf.sub(whole(), 3)],
  Sum: () => [
    tf.sum(x()),
    tf.sum(x(), 0),
    tf.sum(x(), 1),
    tf.sum(numbers(0, 64, 128, 64), 1),
    tf.sum(numbers(0, 64, 128, 64), [0, 2]),
    tf.sum(numbers(0, 32, 32_768), 1),
    tf.sum(numbers(0, 1009, 1021)),
    tf.sum(whole(), 1),
    tf.sum(whole()),
  ],
  Tanh: () => tf.tanh(x()),
  TensorScatterUpdate: () => [
    tf.tensorScatterUpdate(tf.zeros([2048, 128]), ids(50, 4096, 1), numbers(0, 4096, 128)),
    tf.tensorScatterUpdate(tf.zeros([2048, 128], "bool"), ids(50, 4096, 1), tf.greater(numbers(0, 4096, 128), 0)),
  ],
  Tile: () => tf.tile(numbers(0, 64, 128), [16, 8]),
  TopK: () => Object.values(tf.topk(numbers(0, 256, 4096), 10)),
  Transpose: () => [tf.transpose(x()), tf.transpose(numbers(0, 8, 32, 8, 64), [0, 2, 1, 3]), tf.transpose(whole())],
  Unpack: () => tf.unstack(numbers(0, 4, 256, 256)),
  UnsortedSegmentSum: () => tf.unsortedSegmentSum(numbers(0, 4096, 64), ids(4, 4096) as tf.Tensor1D, 5),
  ZerosLike: () => tf.zerosLike(x()),
};
