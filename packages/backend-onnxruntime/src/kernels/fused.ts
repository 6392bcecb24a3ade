import { anyShapeOperation, noAttributes, operation, type Emit, type Operation } from "../record/operation.ts";
import { tensorType } from "../record/types.ts";
import { dropout } from "../dropout/dropout-kernels.ts";
import { emitAddAtLabels, emitLogSoftmax } from "./at-labels.ts";
import type { FusedKernel, RecordedFusedKernels } from "./fused-kernel.ts";
import type { Kernels } from "./kernel.ts";
import { columnSums } from "./long-reduction.ts";

const layerNormOperation: Operation<{ readonly epsilon: number }> = anyShapeOperation(
  "LayerNorm",
  (graph, inputs, outputs, { attributes: { epsilon } }) =>
    graph.many("LayerNormalization", inputs, { axis: -1, epsilon: { float: epsilon } }, outputs),
);

/** LayerNormalization over the last axis, and the statistics for its gradient. */
const layerNorm: FusedKernel<"BertkitLayerNorm"> = (backend, { x, gamma, beta }, { epsilon }) => {
  const statistics = tensorType("float32", [...x.shape.slice(0, -1), 1]);
  return backend.recordMany(
    layerNormOperation,
    { epsilon },
    [x, gamma, beta],
    [tensorType("float32", x.shape), statistics, statistics],
  );
};

/**
 * With n = (x − mean) · inverse and g = dy · γ: dx = (g − mean(g) − n · mean(g · n)) · inverse, dγ = Σ dy · n, dβ = Σ
 * dy. All sums are products with vectors, which are the fastest on the CPU.
 */
const layerNormGradientOperation: Operation = operation(
  "LayerNormGradient",
  (graph, names, [dx, dGamma, dBeta], { outputTypes: [type] }) => {
    const size = type!.shape.at(-1)!;
    const rows = type!.size / size;
    const shape = (name: string, ...dimensions: number[]): string =>
      graph.op("Reshape", [name, graph.integers(dimensions)]);
    const [d, values, scale, centre, spread] = [
      shape(names[0]!, rows, size),
      shape(names[1]!, rows, size),
      names[2]!,
      shape(names[3]!, rows, 1),
      shape(names[4]!, rows, 1),
    ] as const;
    const normal = graph.op("Mul", [graph.op("Sub", [values, centre]), spread]);
    const product = graph.op("Mul", [d, normal]);
    const column = graph.op("Mul", [shape(scale, size, 1), graph.float(1 / size)]);
    const along = graph.op("MatMul", [product, column]);
    const average = graph.op("MatMul", [d, column]);
    const weighted = graph.op("Sub", [graph.op("Mul", [d, scale]), average]);
    const projected = graph.op("Sub", [weighted, graph.op("Mul", [normal, along])]);
    const flat = graph.op("Mul", [projected, spread]);
    graph.op("Reshape", [flat, graph.integers(type!.shape)], {}, dx);
    graph.op("Reshape", [columnSums(graph, product, rows, size), graph.integers([size])], {}, dGamma);
    graph.op("Reshape", [columnSums(graph, d, rows, size), graph.integers([size])], {}, dBeta);
  },
);

const layerNormGradient: FusedKernel<"BertkitLayerNormGradient"> = (backend, { dy, x, gamma, mean, inverse }) => {
  const vector = tensorType("float32", [x.shape.at(-1)!]);
  return backend.recordMany(
    layerNormGradientOperation,
    noAttributes,
    [dy, x, gamma, mean, inverse],
    [tensorType("float32", x.shape), vector, vector],
  );
};

type Approximate = { readonly approximate: boolean };

/** GELU, exact or by tanh (Hendrycks and Gimpel 2016). */
const geluOperation: Operation<Approximate> = anyShapeOperation(
  "Gelu",
  (graph, [x], [y], { attributes: { approximate } }) =>
    void graph.op("Gelu", [x!], { approximate: approximate ? "tanh" : "none" }, y),
);

const gelu: FusedKernel<"BertkitGelu"> = (backend, { x }, { approximate }) =>
  backend.record(geluOperation, { approximate }, [x], "float32", x.shape);

const geluGradientOperation: Operation<Approximate> = anyShapeOperation(
  "GeluGradient",
  (graph, inputs, outputs, baked) =>
    (baked.attributes.approximate ? emitTanhGeluGradient : emitGeluGradient)(graph, inputs, outputs, baked),
);

const geluGradient: FusedKernel<"BertkitGeluGradient"> = (backend, { dy, x }, { approximate }) =>
  backend.record(geluGradientOperation, { approximate }, [dy, x], "float32", x.shape);

/**
 * dy · (Φ(x) + x · φ(x)) with Φ(x) = (1 + erf(a)) / 2 and x · φ(x) = 1/√π · a · e^(−a²) for a = x/√2. HardSigmoid is
 * αx + β within 0 and 1, in one pass.
 */
const emitGeluGradient: Emit = (graph, [dy, x], [dx]) => {
  const a = graph.op("Mul", [x!, graph.float(Math.SQRT1_2)]);
  const logScale = graph.float(-Math.log(Math.sqrt(Math.PI)));
  const density = graph.op("Exp", [graph.op("Sub", [logScale, graph.op("Mul", [a, a])])]);
  const share = graph.op("HardSigmoid", [graph.op("Erf", [a])], { alpha: { float: 0.5 }, beta: { float: 0.5 } });
  graph.op("Mul", [dy!, graph.op("Add", [share, graph.op("Mul", [a, density])])], {}, dx!);
};

/** dy/2 · (1 + t + x · (1 − t²) · √(2/π) · (1 + 3 · 0.044715 x²)) with t the forward's tanh. */
const emitTanhGeluGradient: Emit = (graph, [dy, x], [dx]) => {
  const slope = Math.sqrt(2 / Math.PI);
  const cubic = 0.044715;
  const square = graph.op("Mul", [x!, x!]);
  const scaled = graph.op("Mul", [x!, graph.float(slope)]);
  const polynomial = (factor: number): string =>
    graph.op("Add", [graph.op("Mul", [square, graph.float(factor)]), graph.float(1)]);
  const t = graph.op("Tanh", [graph.op("Mul", [scaled, polynomial(cubic)])]);
  const fall = graph.op("Sub", [graph.float(1), graph.op("Mul", [t, t])]);
  const bend = graph.op("Mul", [graph.op("Mul", [scaled, polynomial(3 * cubic)]), fall]);
  const half = graph.op("Mul", [dy!, graph.float(0.5)]);
  graph.op("Add", [half, graph.op("Mul", [half, graph.op("Add", [t, bend])])], {}, dx!);
};

/** −log softmax(logits)[label] of every row, and the probabilities for the gradient. */
const softmaxCrossEntropyOperation: Operation = operation(
  "SoftmaxCrossEntropy",
  (graph, [scores, ids], [loss, probabilities], { outputTypes: [losses] }) => {
    const logs = emitLogSoftmax(graph, scores!);
    const places = graph.op("Unsqueeze", [ids!, graph.integers([1])]);
    const picked = graph.op("GatherElements", [logs, places], { axis: 1 });
    graph.op("Reshape", [graph.op("Neg", [picked]), graph.integers(losses!.shape)], {}, loss);
    graph.op("Exp", [logs], {}, probabilities);
  },
);

const softmaxCrossEntropy: FusedKernel<"BertkitSoftmaxCrossEntropy"> = (backend, { logits, labels }) =>
  backend.recordMany(
    softmaxCrossEntropyOperation,
    noAttributes,
    [logits, labels],
    [tensorType("float32", logits.shape.slice(0, 1)), tensorType("float32", logits.shape)],
  );

/** (probabilities − one-hot label) · dy of every row. */
const softmaxCrossEntropyGradientOperation: Operation = operation(
  "SoftmaxCrossEntropyGradient",
  (graph, [d, shares, ids], [dLogits], { outputTypes: [type] }) => {
    const column = graph.op("Reshape", [d!, graph.integers([type!.shape[0]!, 1])]);
    const scaled = graph.op("Mul", [shares!, column]);
    const places = graph.op("Unsqueeze", [ids!, graph.integers([1])]);
    emitAddAtLabels(graph, [scaled, places, graph.op("Neg", [column])], type!.shape[1]!, dLogits!);
  },
);

const softmaxCrossEntropyGradient: FusedKernel<"BertkitSoftmaxCrossEntropyGradient"> = (
  backend,
  { dy, probabilities, labels },
) =>
  backend.record(
    softmaxCrossEntropyGradientOperation,
    noAttributes,
    [dy, probabilities, labels],
    "float32",
    probabilities.shape,
  );

/**
 * −log softmax(x · tableᵀ + bias)[label] of every row and whether the label's logit is the largest, [2, rows], and for
 * the gradient the probabilities less the one-hot label. With m the largest logit and p its probability, a row's loss
 * is m − logit[label] − log p: all three are accurate even if the label's probability is too small for float32.
 */
const linearCrossEntropyOperation: Operation = operation(
  "LinearCrossEntropy",
  (graph, [vectors, weights, shift, ids], [both, excess], { outputTypes: [type, classes] }) => {
    const logits = graph.op("Gemm", [vectors!, weights!, shift!], { transB: 1 });
    const places = graph.op("Unsqueeze", [ids!, graph.integers([1])]);
    const largest = (of: string): string => graph.op("ReduceMax", [of, graph.integers([1])], { keepdims: 1 });
    const [picked, most] = [graph.op("GatherElements", [logits, places], { axis: 1 }), largest(logits)];
    const probabilities = graph.op("Softmax", [logits], { axis: 1 });
    const share = largest(probabilities);
    const loss = graph.op("Sub", [graph.op("Sub", [most, picked]), graph.op("Log", [share])]);
    const hits = graph.castTo(graph.op("GreaterOrEqual", [picked, most]), "float32");
    graph.op("Reshape", [graph.op("Concat", [loss, hits], { axis: 0 }), graph.integers(type!.shape)], {}, both);
    // −1, computed from `share` so that the scatter runs last and changes the probabilities in place.
    const less = graph.onWebgpu ? graph.float(-1) : graph.op("Neg", [graph.op("Sign", [share])]);
    emitAddAtLabels(graph, [probabilities, places, less], classes!.shape[1]!, excess!);
  },
);

const linearCrossEntropy: FusedKernel<"BertkitLinearCrossEntropy"> = (backend, { x, table, bias, labels }) => {
  const rows = x.shape[0]!;
  return backend.recordMany(
    linearCrossEntropyOperation,
    noAttributes,
    [x, table, bias, labels],
    [tensorType("float32", [2, rows]), tensorType("float32", [rows, table.shape[0]!])],
  );
};

/**
 * With d the first row of dy: dx = d · (excess · table), dtable = (d · x)ᵀ · excess, dbias = dᵀ · excess. Rows are
 * scaled before the product if they are short, and the sums for the bias are one more row of the product.
 */
const linearCrossEntropyGradientOperation: Operation = operation(
  "LinearCrossEntropyGradient",
  (graph, [d, vectors, weights, rest], [dx, dTable, dBias], { outputTypes: [dxType, tableType] }) => {
    const [rows, size] = dxType!.shape as [number, number];
    const first = graph.op("Gather", [d!, graph.int32(0)], { axis: 0 });
    const column = graph.op("Reshape", [first, graph.integers([rows, 1])]);
    graph.op("Mul", [graph.op("MatMul", [rest!, weights!]), column], {}, dx);
    const scaled = graph.op("Concat", [graph.op("Mul", [vectors!, column]), column], { axis: 1 });
    const transposed = graph.op("Transpose", [scaled], { perm: [1, 0] }); // [size + 1, rows]
    const [products, sums] = [graph.fresh(), graph.fresh()];
    graph.many("Split", [graph.op("MatMul", [transposed, rest!]), graph.integers([size, 1])], { axis: 0 }, [
      products,
      sums,
    ]);
    graph.op("Transpose", [products], { perm: [1, 0] }, dTable);
    graph.op("Reshape", [sums, graph.integers([tableType!.shape[0]!])], {}, dBias);
  },
);

const linearCrossEntropyGradient: FusedKernel<"BertkitLinearCrossEntropyGradient"> = (
  backend,
  { dy, x, table, excess },
) =>
  backend.recordMany(
    linearCrossEntropyGradientOperation,
    noAttributes,
    [dy, x, table, excess],
    [x, table].map(({ shape }) => tensorType("float32", shape)).concat(tensorType("float32", [table.shape[0]!])),
  );

/** The same tensor, after running everything recorded. */
const barrier: FusedKernel<"BertkitBarrier"> = (backend, { x }) => {
  backend.executor.flush();
  return backend.view(x, x.shape);
};

const recorded: RecordedFusedKernels = {
  BertkitBarrier: barrier,
  BertkitDropout: dropout,
  BertkitGelu: gelu,
  BertkitGeluGradient: geluGradient,
  BertkitLayerNorm: layerNorm,
  BertkitLayerNormGradient: layerNormGradient,
  BertkitLinearCrossEntropy: linearCrossEntropy,
  BertkitLinearCrossEntropyGradient: linearCrossEntropyGradient,
  BertkitSoftmaxCrossEntropy: softmaxCrossEntropy,
  BertkitSoftmaxCrossEntropyGradient: softmaxCrossEntropyGradient,
};

/** Kernels that TensorFlow.js does not have; ops looks them up by name and composes other kernels if there is none. */
export const fusedKernels: Kernels = recorded as Readonly<Record<string, unknown>> as Kernels;
