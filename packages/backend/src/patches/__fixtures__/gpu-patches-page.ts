// The page of gpu-patches.browser.test.ts: what the patches of webgpu and webgl are for, with them or without.
import "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../index.ts";

declare global {
  interface Window {
    /** The values of each case, or its error. */
    evaluatePatches: (name: "cpu" | "webgl" | "webgpu", stock: boolean) => Promise<Record<string, string>>;
  }
}

const a = [16777217, -16777219, 33554435, 2147483647, 5, -7, 123456789, -2147483647];
const b = [3, 16777217, -33554433, 1, 16777219, 2, -123456787, 5];
const near = [16777216, 16777217, 16777218, 33554436, 16777219, 33554434, 5, -2147483647];
const ids = [1, 3, 0];
const int = (values: number[], shape: number[] = [values.length]): tf.Tensor => tf.tensor(values, shape, "int32");
const bool = (values: number[]): tf.Tensor => tf.tensor(values, [values.length], "bool");
const at = (values: number[]): tf.Tensor2D => tf.tensor2d(values, [values.length, 1], "int32");

/** Integers beyond 2^24. */
const integers: Record<string, () => tf.Tensor> = {
  add: () => tf.add(int(a), int(b)),
  sub: () => tf.sub(int(a), int(b)),
  mul: () => tf.mul(int(a), int([1, 3, 5, 1, 7, 11, 3, -1])),
  floorDiv: () => tf.floorDiv(int(a), int([2, 2, 3, 2, 2, 2, -10, 3])),
  mod: () => tf.mod(int(a), int([1000, 1000, 1000, 1000, 3, 5, 1000, 7])),
  maximum: () => tf.maximum(int(a), int(b)),
  minimum: () => tf.minimum(int(a), int(b)),
  neg: () => tf.neg(int(a)),
  squaredDifference: () => tf.squaredDifference(int([5001, 7003]), int([0, 1])),
  addN: () => tf.addN([int(a), int(b), int(a.map(() => 1))]),
  sum: () => tf.sum(int(a.slice(0, 3))),
  prod: () => tf.prod(int([16777217, 3])),
  max: () => tf.max(int([16777216, 16777217, 16777215])),
  min: () => tf.min(int(a)),
  argMax: () => tf.argMax(int([16777216, 16777217])),
  cumsum: () => tf.cumsum(int(a.slice(0, 3))),
  gather: () => tf.gather(int(a), tf.tensor1d(ids, "int32")),
  gatherND: () => tf.gatherND(int(a), at(ids)),
  scatterND: () => tf.scatterND(at([1, 1, 2]), int([16777217, 2, 16777219]) as tf.Tensor1D, [4]),
  tensorScatterUpdate: () => tf.tensorScatterUpdate(int(a) as tf.Tensor1D, at([1]), int([16777221]) as tf.Tensor1D),
  segmentSum: () => tf.cast(tf.unsortedSegmentSum(int(a.slice(0, 3)), tf.tensor1d([0, 1, 0], "int32"), 2), "int32"),
  concat: () => tf.concat([int(a), int(b)]),
  slice: () => tf.slice(int(a), 1, 4),
  stridedSlice: () => tf.stridedSlice(int(a), [0], [8], [2]),
  unstack: () => tf.unstack(int(a, [2, 4]))[1]!,
  transpose: () => tf.transpose(int(a, [2, 4])),
  tile: () => tf.tile(int(a), [2]),
  pad: () => tf.pad(int(a), [[1, 1]], 7),
  mirrorPad: () => tf.mirrorPad(int(a), [[1, 1]], "reflect"),
  reverse: () => tf.reverse(int(a)),
  where: () => tf.where(bool([1, 0, 1, 0, 1, 0, 1, 0]), int(a), int(b)),
  equal: () => tf.equal(int(a), int(near)),
  notEqual: () => tf.notEqual(int(a), int(near)),
  less: () => tf.less(int([16777216]), int([16777217])),
  greaterEqual: () => tf.greaterEqual(int([16777216]), int([16777217])),
  topk: () => tf.topk(int([16777217, 33554435, 16777219, 33554434]), 3).values,
  spaceToBatchND: () => tf.spaceToBatchND(int(a, [1, 2, 4, 1]), [2, 2], [[0, 0], [0, 0]]), // prettier-ignore
  searchSorted: () => tf.lowerBound(int([16777216, 16777217, 16777218]) as tf.Tensor1D, int([16777217]) as tf.Tensor1D),
  fill: () => tf.fill([3], 16777217, "int32"),
};

const others: Record<string, () => tf.Tensor> = {
  softmaxOfMinusInfinity: () => tf.softmax(tf.tensor2d([[-Infinity, -Infinity], [0, 0]])), // prettier-ignore
  /** The second length, in a page where the first has a shader. */
  cumsumFromTheEnd: () => {
    tf.cumsum(tf.ones([3]), 0, false, true).dispose();
    return tf.cumsum(tf.tensor1d([1, 2, 3, 4, 5, 6]), 0, true, true);
  },
  unique: () => tf.unique(tf.tensor2d([[1, 2, 1], [3, 4, 3]]), 1).values, // prettier-ignore
  uniqueIndices: () => tf.unique(tf.tensor1d([7, 2, 7, 5])).indices,
};

globalThis.window.evaluatePatches = async (name, stock) => {
  if (stock) await tf.setBackend(name);
  else await useBackend(name, { engine: "tfjs" });
  tf.env().set("WEBGL_CPU_FORWARD", false);
  tf.env().set("WEBGPU_CPU_FORWARD", false);
  tf.env().set("WEBGL_SIZE_UPLOAD_UNIFORM", 0);
  const outcomes: Record<string, string> = {};
  for (const [key, run] of Object.entries({ ...integers, ...others }))
    try {
      const result = run();
      outcomes[key] = `${result.dtype} ${[...(await result.data())].join(", ")}`;
    } catch (error) {
      outcomes[key] = String(error);
    }
  return outcomes;
};
