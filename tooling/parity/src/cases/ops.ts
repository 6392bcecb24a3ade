import {
  attention,
  attentionMask,
  dropout,
  embeddingLookup,
  gatherPositions,
  gelu,
  geluTanh,
  layerNorm,
  linear,
  linearCrossEntropy,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
} from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs-core";

import { functionCase, type ParityCase } from "../parity-case.ts";

const heads = { q: [2, 3, 5, 4], k: [2, 3, 5, 4], v: [2, 3, 5, 4] };
const padded = (): tf.Tensor2D => tf.tensor2d([1, 1, 1, 0, 0, 1, 1, 1, 1, 1], [2, 5], "int32");

export const opsCases: readonly ParityCase[] = [
  functionCase("ops/gelu", ["gelu"], { x: [3, 7] }, ({ x }) => gelu(tf.mul(x!, 2))),
  functionCase("ops/geluTanh", ["geluTanh"], { x: [3, 7] }, ({ x }) => geluTanh(tf.mul(x!, 2))),
  functionCase("ops/layerNorm of rank 2", ["layerNorm"], { x: [4, 9], gamma: [9], beta: [9] }, ({ x, gamma, beta }) =>
    layerNorm(x!, gamma!, beta!, 1e-12),
  ),
  functionCase(
    "ops/layerNorm of rank 3",
    ["layerNorm"],
    { x: [2, 3, 8], gamma: [8], beta: [8] },
    ({ x, gamma, beta }) => layerNorm(x!, gamma!, beta!, 1e-5),
  ),
  functionCase("ops/linear of rank 2", ["linear"], { x: [5, 3], kernel: [3, 4], bias: [4] }, ({ x, kernel, bias }) =>
    linear(x!, kernel!, bias),
  ),
  functionCase("ops/linear of rank 3, without bias", ["linear"], { x: [2, 5, 3], kernel: [3, 4] }, ({ x, kernel }) =>
    linear(x!, kernel!),
  ),
  functionCase(
    "ops/linear, wider than a tile",
    ["linear"],
    { x: [33, 130], kernel: [130, 37], bias: [37] },
    ({ x, kernel, bias }) => linear(tf.mul(x!, 0.1), kernel!, bias),
  ),
  functionCase("ops/embeddingLookup with repeated ids", ["embeddingLookup"], { table: [6, 5] }, ({ table }) =>
    embeddingLookup(table!, tf.tensor2d([0, 5, 2, 2, 2, 0], [2, 3], "int32")),
  ),
  functionCase("ops/gatherPositions", ["gatherPositions"], { sequence: [2, 4, 3] }, ({ sequence }) =>
    gatherPositions(sequence as tf.Tensor3D, tf.tensor2d([0, 3, 3, 1, 1, 2], [2, 3], "int32")),
  ),
  functionCase("ops/attention", ["attention"], heads, ({ q, k, v }) => ({
    ...attention(q as tf.Tensor4D, k as tf.Tensor4D, v as tf.Tensor4D),
  })),
  functionCase("ops/attention with a mask", ["attention", "attentionMask"], heads, ({ q, k, v }) => ({
    ...attention(q as tf.Tensor4D, k as tf.Tensor4D, v as tf.Tensor4D, { mask: attentionMask(padded()) }),
  })),
  functionCase("ops/attention with dropout", ["attention", "dropout"], heads, ({ q, k, v }) => ({
    ...attention(q as tf.Tensor4D, k as tf.Tensor4D, v as tf.Tensor4D, {
      onProbabilities: (probabilities) => dropout(probabilities, 0.25, 7),
    }),
  })),
  functionCase("ops/dropout", ["dropout"], { x: [5, 7] }, ({ x }) => dropout(x!, 0.3, 12345)),
  functionCase("ops/sigmoidCrossEntropy", ["sigmoidCrossEntropy"], { logits: [3, 4] }, ({ logits }) =>
    sigmoidCrossEntropy(tf.mul(logits!, 4), tf.tensor2d([0, 1, 1, 0, 0.25, 1, 0, 0, 1, 0.5, 1, 0], [3, 4])),
  ),
  functionCase("ops/softmaxCrossEntropy", ["softmaxCrossEntropy"], { logits: [4, 6] }, ({ logits }) =>
    softmaxCrossEntropy(tf.mul(logits!, 4) as tf.Tensor2D, tf.tensor1d([5, 0, 3, 3], "int32")),
  ),
  functionCase(
    "ops/linearCrossEntropy",
    ["linearCrossEntropy"],
    { x: [4, 3], table: [6, 3], bias: [6] },
    ({ x, table, bias }) =>
      linearCrossEntropy(
        tf.mul(x!, 2) as tf.Tensor2D,
        table as tf.Tensor2D,
        bias as tf.Tensor1D,
        tf.tensor1d([5, 0, 3, 3], "int32"),
      ).losses,
  ),
  functionCase(
    "ops/linearCrossEntropy of large logits",
    ["linearCrossEntropy"],
    { x: [2, 3], table: [4, 3], bias: [4] },
    ({ x, table, bias }) =>
      linearCrossEntropy(
        x as tf.Tensor2D,
        table as tf.Tensor2D,
        tf.add(bias!, 500) as tf.Tensor1D,
        tf.tensor1d([2, 0], "int32"),
      ).losses,
  ),
  functionCase("ops/softmaxCrossEntropy of large logits", ["softmaxCrossEntropy"], { logits: [2, 3] }, ({ logits }) =>
    softmaxCrossEntropy(tf.add(logits!, 500) as tf.Tensor2D, tf.tensor1d([2, 0], "int32")),
  ),
];
