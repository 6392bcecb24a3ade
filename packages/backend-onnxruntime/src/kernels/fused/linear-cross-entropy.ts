import type { GraphBuilder } from "../../onnx/graph-builder.ts";
import { noAttributes, operation, type Operation } from "../../record/operation.ts";
import { tensorType } from "../../record/types.ts";
import { emitAddAtLabels } from "../at-labels.ts";
import type { FusedKernel } from "../fused-kernel.ts";
import { withoutNegative } from "../valid-ids.ts";

/**
 * The number of classes to compute: on WebGPU a multiple of four, for which ONNX Runtime has kernels that read four
 * numbers at a time. On SwiftShader, products with BERT's 30,522 words took 1.8 to 2.3 times as long as with 30,524.
 */
function computedClasses(classes: number, onWebgpu: boolean): number {
  return onWebgpu ? Math.ceil(classes / 4) * 4 : classes;
}

/** Far below any logit, so that its probability is 0, and finite in float16. */
const noLogit = -6e4;

/** The table or the bias with further classes up to `width`, whose numbers are `value`. */
function emitWiden(graph: GraphBuilder, name: string, shape: readonly number[], width: number, value: number): string {
  const further = [width - shape[0]!, ...shape.slice(1)];
  if (further[0] === 0) return name;
  const size = further.reduce((product, length) => product * length, 1);
  return graph.op("Concat", [name, graph.floats(new Float32Array(size).fill(value), further)], { axis: 0 });
}

/**
 * −log softmax(x · tableᵀ + bias)[label] of every row and whether the label's logit is the largest, [2, rows], and for
 * the gradient the probabilities minus the one-hot label. With m the largest logit and p its probability, a row's loss
 * is m − logit[label] − log p: all three are accurate even if the label's probability is too small for float32.
 */
const linearCrossEntropyOperation: Operation = operation(
  "LinearCrossEntropy",
  (graph, [vectors, weights, shift, ids], [both, excess], { inputTypes, outputTypes: [type, computed] }) => {
    const width = computed!.shape[1]!;
    const table = emitWiden(graph, weights!, inputTypes[1]!.shape, width, 0);
    const bias = emitWiden(graph, shift!, inputTypes[2]!.shape, width, noLogit);
    const logits = graph.op("Gemm", [vectors!, table, bias], { transB: 1 });
    const columns = graph.op("Unsqueeze", [ids!, graph.integers([1])]);
    const largest = (of: string): string => graph.op("ReduceMax", [of, graph.integers([1])], { keepdims: 1 });
    const [labelLogit, largestLogit] = [graph.op("GatherElements", [logits, columns], { axis: 1 }), largest(logits)];
    const probabilities = graph.op("Softmax", [logits], { axis: 1 });
    const largestProbability = largest(probabilities);
    const loss = graph.op("Sub", [graph.op("Sub", [largestLogit, labelLogit]), graph.op("Log", [largestProbability])]);
    const hits = graph.castTo(graph.op("GreaterOrEqual", [labelLogit, largestLogit]), "float32");
    graph.op("Reshape", [graph.op("Concat", [loss, hits], { axis: 0 }), graph.integers(type!.shape)], {}, both);
    // −1, computed from `largestProbability` so that the scatter runs last and changes the probabilities in place.
    const minusOne = graph.onWebgpu ? graph.float(-1) : graph.op("Neg", [graph.op("Sign", [largestProbability])]);
    emitAddAtLabels(graph, [probabilities, columns, minusOne], width, excess!);
  },
);

export const linearCrossEntropy: FusedKernel<"BertkitLinearCrossEntropy"> = (backend, { x, table, bias, labels }) => {
  const rows = x.shape[0]!;
  const width = computedClasses(table.shape[0]!, backend.executor.onWebgpu);
  return backend.recordMany(
    linearCrossEntropyOperation,
    noAttributes,
    [x, table, bias, withoutNegative(backend, labels)],
    [tensorType("float32", [2, rows]), tensorType("float32", [rows, width])],
  );
};

/**
 * With d the first row of dy: dx = d · (excess · table), dtable = (d · x)ᵀ · excess, dbias = dᵀ · excess. Rows are
 * scaled before the product if they are short, and the sums for the bias are one more row of the product. On WebGPU
 * there is a product for each, and no large result is transposed.
 */
const linearCrossEntropyGradientOperation: Operation = operation(
  "LinearCrossEntropyGradient",
  (graph, [d, vectors, weights, rest], [dx, dTable, dBias], { inputTypes, outputTypes: [dxType, tableType] }) => {
    const [rows, size] = dxType!.shape as [number, number];
    const [classes, width] = [tableType!.shape[0]!, inputTypes[3]!.shape[1]!];
    const first = graph.op("Gather", [d!, graph.int32(0)], { axis: 0 });
    const column = graph.op("Reshape", [first, graph.integers([rows, 1])]);
    const table = emitWiden(graph, weights!, tableType!.shape, width, 0);
    graph.op("Mul", [graph.op("MatMul", [rest!, table]), column], {}, dx);
    if (graph.onWebgpu) {
      const ofClasses = (x: string, output: string): string =>
        graph.op("Slice", [x, graph.integers([0]), graph.integers([classes]), graph.integers([0])], {}, output);
      const scaled = graph.op("Mul", [vectors!, column]);
      ofClasses(graph.op("Gemm", [rest!, scaled], { transA: 1 }), dTable!);
      const row = graph.op("Reshape", [first, graph.integers([1, rows])]);
      const sums = graph.op("Reshape", [graph.op("MatMul", [row, rest!]), graph.integers([width])]);
      ofClasses(sums, dBias!);
      return;
    }
    const scaled = graph.op("Concat", [graph.op("Mul", [vectors!, column]), column], { axis: 1 });
    const transposed = graph.op("Transpose", [scaled], { perm: [1, 0] }); // [size + 1, rows]
    const [products, sums] = [graph.fresh(), graph.fresh()];
    graph.many("Split", [graph.op("MatMul", [transposed, rest!]), graph.integers([size, 1])], { axis: 0 }, [
      products,
      sums,
    ]);
    graph.op("Transpose", [products], { perm: [1, 0] }, dTable);
    graph.op("Reshape", [sums, graph.integers([classes])], {}, dBias);
  },
);

export const linearCrossEntropyGradient: FusedKernel<"BertkitLinearCrossEntropyGradient"> = (
  backend,
  { dy, x, table, excess },
) =>
  backend.recordMany(
    linearCrossEntropyGradientOperation,
    noAttributes,
    [dy, x, table, excess],
    [x, table].map(({ shape }) => tensorType("float32", shape)).concat(tensorType("float32", [table.shape[0]!])),
  );
