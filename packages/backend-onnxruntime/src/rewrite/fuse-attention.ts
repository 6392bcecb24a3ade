import { biasesOf, emitBias, type Attention, type Scaling } from "./attention-pattern.ts";
import { fuseProjections, type ConstantOf } from "./fuse-projections.ts";
import { KernelGraph, onlyNeeded, replacement, viewOf, type View } from "./kernel-graph.ts";
import { operation, type Operation } from "../record/operation.ts";
import type { Plan } from "../record/plan.ts";
import type { RecordedNode } from "../record/source.ts";
import { tensorType } from "../record/types.ts";

/** The permutation [batch, tokens, heads, size] → [batch, heads, tokens, size], which is its own inverse. */
const headsOut = "Transpose 0,2,1,3";

/**
 * The plan's kernels, with those of an attention replaced by ONNX Runtime's MultiHeadAttention if nothing else, such as
 * a gradient or dropout, reads its intermediate results: softmax(q kᵀ · scale + bias) v, with heads split before and
 * merged after. It synchronizes the threads once instead of twelve times.
 * @param constantOf the values of constants of the graph, that is, of weights that become part of the operator
 */
export function fuseAttention(
  { nodes, outputs }: Pick<Plan, "nodes" | "outputs">,
  constantOf: ConstantOf = () => undefined,
): readonly RecordedNode[] {
  const graph = new KernelGraph({ nodes, outputs });

  /** A value without its scalings, which are added to `scalings`. */
  const unscaled = (node: RecordedNode | undefined, scalings: Scaling[]): RecordedNode | undefined => {
    const scaling = node === undefined ? undefined : scalingOf(node);
    if (scaling === undefined) return node;
    scalings.push({ op: scaling.op, by: viewOf(node!, 1 - scaling.input) });
    return unscaled(graph.makerOf(node!, scaling.input), scalings);
  };
  /** Matches biases, then scalings, then the product of queries and keys. */
  const scoresOf = (node: RecordedNode | undefined): Omit<Attention, "value"> | undefined => {
    for (const summand of node === undefined ? [] : summandsOf(node)) {
      const found = scoresOf(graph.onlyMakerOf(node!, summand));
      if (found !== undefined) return { ...found, biases: [...found.biases, viewOf(node!, 1 - summand)] };
    }
    const scalings: Scaling[] = [];
    const product = unscaled(node, scalings);
    if (product?.signature.key !== "MatMul false true") return undefined;
    const [query, key] = [unscaled(graph.makerOf(product, 0), scalings), graph.makerOf(product, 1)];
    if (!isHeadsOut(query) || !isHeadsOut(key)) return undefined;
    return { query: viewOf(query, 0), key: viewOf(key, 0), scalings, biases: [] };
  };

  const attentionEndingIn = (node: RecordedNode): Attention | undefined => {
    if (!isHeadsOut(node)) return undefined;
    const mixed = graph.onlyMakerOf(node, 0);
    if (mixed?.signature.key !== "MatMul false false") return undefined;
    const [softmax, value] = [graph.onlyMakerOf(mixed, 0), graph.makerOf(mixed, 1)];
    if (softmax?.signature.key !== "Softmax 3" || !isHeadsOut(value)) return undefined;
    const found = scoresOf(graph.onlyMakerOf(softmax, 0));
    if (found === undefined) return undefined;
    const attention = { ...found, value: viewOf(value, 0) };
    return fits(attention) ? attention : undefined;
  };

  let fused = false;
  const replaced = nodes.map((node) => {
    const attention = attentionEndingIn(node);
    if (attention === undefined) return node;
    fused = true;
    return fuseProjections(graph, attention, node, constantOf) ?? nodeOf(attention, node);
  });
  return fused ? onlyNeeded(replaced, outputs) : nodes;
}

function isHeadsOut(node: RecordedNode | undefined): node is RecordedNode {
  return node?.signature.key === headsOut;
}

function scalingOf({
  signature: { key, inputTypes, outputTypes },
}: RecordedNode): { op: "Mul" | "Div"; input: number } | undefined {
  if (key !== "Mul" && key !== "Div") return undefined;
  const input = (key === "Mul" ? [0, 1] : [0]).find(
    (input) => inputTypes[input] === outputTypes[0] && inputTypes[1 - input]!.size === 1,
  );
  return input === undefined ? undefined : { op: key, input };
}

/** The inputs of a sum with its full shape: one may be the scores, and the other then is a bias. */
function summandsOf({ signature: { key, inputTypes, outputTypes } }: RecordedNode): number[] {
  return key === "Add" ? [0, 1].filter((input) => inputTypes[input] === outputTypes[0]) : [];
}

/** Whether the sizes match those of one attention, without broadcasting, and the biases broadcast to its scores. */
function fits({ query, key, value, biases }: Attention): boolean {
  const [batch, , heads, size] = query.type.shape;
  const [keyBatch, keys, keyHeads, keySize] = key.type.shape;
  const [valueBatch, values, valueHeads] = value.type.shape;
  return (
    batch === keyBatch &&
    batch === valueBatch &&
    heads === keyHeads &&
    heads === valueHeads &&
    keys === values &&
    size === keySize &&
    biases.every(({ type }) => type.dtype === "float32" && type.shape.at(-1) === keys)
  );
}

type Heads = {
  readonly heads: number;
  /** The factors that scale the queries first, one input each. */
  readonly scalings: readonly Scaling["op"][];
};

const multiHeadAttention: Operation<Heads> = operation(
  "MultiHeadAttention",
  (graph, [q, k, v, ...rest], [y], { attributes: { heads, scalings }, inputTypes: [query, key] }) => {
    let scaled = q!;
    scalings.forEach((op, i) => (scaled = graph.op(op, [scaled, rest[i]!])));
    const inputs = [scaled, k!, v!];
    const biases = rest.slice(scalings.length);
    if (biases.length > 0) inputs.push("", "", emitBias(graph, biases, query!.shape[1]!, key!.shape[1]!));
    graph.microsoft("MultiHeadAttention", inputs, { num_heads: heads, scale: { float: 1 } }, y);
  },
);

function nodeOf(attention: Attention, { outputs }: RecordedNode): RecordedNode {
  const { query, key, value, scalings } = attention;
  const [batch, queries, heads] = query.type.shape as [number, number, number];
  const valueSize = value.type.shape[3]!;
  const flat = ({ source, type: { shape } }: View): View => ({
    source,
    type: tensorType("float32", [shape[0]!, shape[1]!, shape[2]! * shape[3]!]),
  });
  const factors = scalings.map(({ by: { source } }) => ({ source, type: tensorType("float32", []) }));
  return replacement(
    multiHeadAttention,
    { heads, scalings: scalings.map(({ op }) => op) },
    [flat(query), flat(key), flat(value), ...factors, ...biasesOf(attention)],
    outputs,
    tensorType("float32", [batch, queries, heads * valueSize]),
  );
}
