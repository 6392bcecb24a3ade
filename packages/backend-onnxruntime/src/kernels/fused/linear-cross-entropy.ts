import { noAttributes, operation, type Operation } from "../../record/operation.ts";
import { tensorType } from "../../record/types.ts";
import { emitAddAtLabels } from "../at-labels.ts";
import type { FusedKernel } from "../fused-kernel.ts";

/**
 * −log softmax(x · tableᵀ + bias)[label] of every row and whether the label's logit is the largest, [2, rows], and for
 * the gradient the probabilities minus the one-hot label. With m the largest logit and p its probability, a row's loss
 * is m − logit[label] − log p: all three are accurate even if the label's probability is too small for float32.
 */
const linearCrossEntropyOperation: Operation = operation(
  "LinearCrossEntropy",
  (graph, [vectors, weights, shift, ids], [both, excess], { outputTypes: [type, classes] }) => {
    const logits = graph.op("Gemm", [vectors!, weights!, shift!], { transB: 1 });
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
    emitAddAtLabels(graph, [probabilities, columns, minusOne], classes!.shape[1]!, excess!);
  },
);

export const linearCrossEntropy: FusedKernel<"BertkitLinearCrossEntropy"> = (backend, { x, table, bias, labels }) => {
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
