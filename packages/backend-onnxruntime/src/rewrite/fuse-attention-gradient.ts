import { emitTransposedProduct } from "../onnx/transposed-product.ts";
import { KernelGraph, onlyNeeded, replacement, viewOf, type View } from "./kernel-graph.ts";
import { operation, type Operation } from "../record/operation.ts";
import type { Plan } from "../record/plan.ts";
import type { RecordedNode } from "../record/source.ts";
import { tensorType } from "../record/types.ts";

/** The gradient of softmax as TensorFlow.js writes it: dy · y − sum(dy · y) · y. */
interface SoftmaxGradient {
  /** The kernel that computes dy, if only this reads it. */
  readonly dy: RecordedNode;
  readonly y: View;
}

/** The gradient of softmax(…) v, in which `sum(dy · y)` equals the sum of output · dOutput over the head size. */
interface AttentionGradient {
  readonly probabilities: View;
  readonly value: View;
  readonly output: View;
  readonly dOutput: View;
  /** dOutput times the value. */
  readonly product: RecordedNode;
  /** The gradient of the probabilities after dropout, if there is dropout. */
  readonly afterDropout: View | undefined;
}

/** Transposes between [batch, tokens, heads, size] and [batch, heads, tokens, size]. */
const headsOut = "Transpose 0,2,1,3";

/**
 * The plan's kernels, with the gradient of softmax replaced if it is part of an attention: the sum of dy · y over all
 * keys equals the sum of output · dOutput over the head size, with or without dropout (Dao et al. 2022, FlashAttention,
 * appendix B.2). It becomes an extra column of the product that computes the gradient of the probabilities, so two of
 * nine passes over the scores remain.
 */
export function fuseAttentionGradient({ nodes, outputs }: Pick<Plan, "nodes" | "outputs">): readonly RecordedNode[] {
  const graph = new KernelGraph({ nodes, outputs });

  const softmaxGradientEndingIn = (node: RecordedNode): SoftmaxGradient | undefined => {
    if (node.signature.key !== "Sub") return undefined;
    const [product, weighted] = [graph.makerOf(node, 0), graph.onlyMakerOf(node, 1)];
    if (product?.signature.key !== "Mul" || weighted?.signature.key !== "Mul") return undefined;
    if (graph.readsOf(product.outputs[0]!) !== 2) return undefined;
    const last = node.signature.outputTypes[0]!.shape.length - 1;
    const [total, y] = [graph.onlyMakerOf(weighted, 0), viewOf(weighted, 1)];
    if (total?.signature.key !== `Sum ${last} true` || total.inputs[0] !== product.outputs[0]) return undefined;
    const softmax = graph.makerOf(weighted, 1);
    if (softmax?.signature.key !== `Softmax ${last}` || product.inputs[1] !== y.source) return undefined;
    const dy = graph.onlyMakerOf(product, 0);
    return dy === undefined ? undefined : { dy, y };
  };

  const attentionGradientOf = (node: RecordedNode): AttentionGradient | undefined => {
    const softmax = softmaxGradientEndingIn(node);
    if (softmax === undefined) return undefined;
    const { dy, y } = softmax;
    const dropout = isDropout(dy, true) ? dy : undefined;
    const product = dropout === undefined ? dy : graph.onlyMakerOf(dropout, 0);
    if (product?.signature.key !== "MatMul false true" || y.type.shape.length !== 4) return undefined;
    const [dOutput, value] = [viewOf(product, 0), viewOf(product, 1)];
    const mixed = graph.readersOf(value.source).find((reader) => {
      if (reader.signature.key !== "MatMul false false" || reader.inputs[1] !== value.source) return false;
      if (reader.signature.inputTypes[1] !== value.type) return false;
      if (dropout === undefined) return reader.inputs[0] === y.source;
      const drop = graph.makerOf(reader, 0);
      return isDropout(drop, false) && drop.inputs[0] === y.source && drop.inputs[1] === dropout.inputs[1];
    });
    if (mixed === undefined || mixed.signature.outputTypes[0] !== dOutput.type) return undefined;
    return {
      probabilities: y,
      value,
      output: { source: mixed.outputs[0]!, type: dOutput.type },
      dOutput,
      product,
      afterDropout: dropout === undefined ? undefined : { source: dropout.outputs[0]!, type: y.type },
    };
  };

  /**
   * Output and its gradient with the token axis before the heads, if available in that order: then nothing else must be
   * kept in memory.
   */
  const factorsOf = ({
    output,
    dOutput,
    product,
  }: AttentionGradient): { factors: readonly View[]; tokensFirst: boolean } => {
    const back = graph.readersOf(output.source).find(({ signature: { key } }) => key === headsOut);
    const out = graph.makerOf(product, 0);
    if (back === undefined || out?.signature.key !== headsOut)
      return { factors: [output, dOutput], tokensFirst: false };
    const type = out.signature.inputTypes[0]!;
    return { factors: [{ source: back.outputs[0]!, type }, viewOf(out, 0)], tokensFirst: true };
  };

  let fused = false;
  const replaced = nodes.map((node) => {
    const gradient = attentionGradientOf(node);
    if (gradient === undefined) return node;
    fused = true;
    const { factors, tokensFirst } = factorsOf(gradient);
    return nodeOf(gradient, factors, tokensFirst, node);
  });
  return fused ? onlyNeeded(replaced, outputs) : nodes;
}

function isDropout(node: RecordedNode | undefined, backward: boolean): node is RecordedNode {
  return node !== undefined && node.signature.key.startsWith("Dropout ") && node.signature.key.endsWith(` ${backward}`);
}

/** `tokensFirst`: whether the factors have the token axis before the heads. */
const attentionGradientOperation: Operation<{ readonly tokensFirst: boolean }> = operation(
  "AttentionGradient",
  (graph, [p, a, b, d, v], [dScores], { attributes: { tokensFirst }, outputTypes: [type] }) => {
    const [batch, heads, , keys] = type!.shape as [number, number, number, number];
    const sums = graph.op("ReduceSum", [graph.op("Mul", [a!, b!]), graph.integers([3])], { keepdims: 1 });
    const sum = tokensFirst ? graph.op("Transpose", [sums], { perm: [0, 2, 1, 3] }) : sums; // [batch, heads, queries, 1]
    if (v === undefined) return void graph.op("Mul", [p!, graph.op("Sub", [d!, sum])], {}, dScores);
    const ones = graph.shared("Expand", [graph.float(1), graph.integers([batch, heads, keys, 1])]);
    const shifted = emitTransposedProduct(
      graph,
      [graph.op("Concat", [d!, graph.op("Neg", [sum])], { axis: 3 }), graph.op("Concat", [v, ones], { axis: 3 })],
      { transposeA: false, transposeB: true, ranks: [4, 4] },
    );
    graph.op("Mul", [p!, shifted], {}, dScores);
  },
);

function nodeOf(
  { probabilities, value, dOutput, afterDropout }: AttentionGradient,
  factors: readonly View[],
  tokensFirst: boolean,
  { outputs }: RecordedNode,
): RecordedNode {
  const views = [probabilities, ...factors, ...(afterDropout === undefined ? [dOutput, value] : [afterDropout])];
  const type = tensorType("float32", probabilities.type.shape);
  return replacement(attentionGradientOperation, { tokensFirst }, views, outputs, type);
}
