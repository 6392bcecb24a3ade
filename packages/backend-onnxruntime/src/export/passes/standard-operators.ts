import { floatConstant, integersOf, shapeOfValue } from "../sizes/constant-numbers.ts";
import type { ExportConstant, ExportGraph, ExportNode } from "../export-graph.ts";

/** Writes the nodes that replace one. */
type Rewrite = (writer: NodeWriter, node: ExportNode) => void;

/** Before version 18 these take their axes as an attribute. */
const reductions: ReadonlySet<string> = new Set(
  "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSumSquare".split(" "),
);

/**
 * Replaces operators that the operator set does not have: ONNX Runtime's own, and standard ones added later. GELU
 * becomes the nodes that PyTorch writes, which runtimes recognize and fuse again.
 *
 * @throws for an ONNX Runtime operator that has no standard form here
 */
export function standardOperators(
  graph: ExportGraph,
  { opset, customOperators }: { opset: number; customOperators: boolean },
): ExportGraph {
  const writer = new NodeWriter(graph);
  for (const node of graph.nodes) {
    if (node.domain !== "" && !customOperators) standardForm(node)(writer, node);
    else if (node.op === "Gelu" && opset < 20)
      (node.attributes["approximate"] === "tanh" ? tanhGelu : gelu)(writer, node);
    else if (reductions.has(node.op) && opset < 18) axesAsAttribute(writer, node);
    else writer.nodes.push(node);
  }
  return { ...graph, nodes: writer.nodes, constants: writer.constants };
}

class NodeWriter {
  readonly nodes: ExportNode[] = [];
  readonly constants: Map<string, ExportConstant>;
  readonly graph: ExportGraph;

  constructor(graph: ExportGraph) {
    this.graph = graph;
    this.constants = new Map(graph.constants);
  }

  /** Adds a standard operator of the same kernel and returns its output's name. */
  op(
    { kernel }: ExportNode,
    op: string,
    inputs: readonly string[],
    attributes: ExportNode["attributes"] = {},
    output: string = this.graph.fresh(),
  ): string {
    this.nodes.push({ op, domain: "", inputs, outputs: [output], attributes, kernel });
    return output;
  }

  float(value: number): string {
    const constant = floatConstant(this.graph.fresh(), value);
    this.constants.set(constant.name, constant);
    return constant.name;
  }
}

function standardForm({ op, domain, kernel }: ExportNode): Rewrite {
  if (op === "FusedMatMul") return matMul;
  throw new Error(
    `exportOnnx: the kernel ${kernel} uses ${domain}.${op}, which has no standard form here. Allow it with customOperators: true; then only ONNX Runtime runs the model.`,
  );
}

const matMul: Rewrite = (writer, node) => {
  const { transA, transB, alpha } = node.attributes as { transA: number; transB: number; alpha: { float: number } };
  const [a, b] = [transA, transB].map((transposed, i) => {
    const name = node.inputs[i]!;
    const rank = shapeOfValue(writer.graph, name)!.length;
    const perm = Array.from({ length: rank }, (_, axis) => axis);
    perm.push(...perm.splice(-2).toReversed());
    return transposed === 1 ? writer.op(node, "Transpose", [name], { perm }) : name;
  });
  const [output] = node.outputs;
  if (alpha.float === 1) writer.op(node, "MatMul", [a!, b!], {}, output);
  else writer.op(node, "Mul", [writer.op(node, "MatMul", [a!, b!]), writer.float(alpha.float)], {}, output);
};

/** x · (1 + erf(x / √2)) · 0.5 */
const gelu: Rewrite = (writer, node) => {
  const [x] = node.inputs as [string];
  const erf = writer.op(node, "Erf", [writer.op(node, "Div", [x, writer.float(Math.SQRT2)])]);
  const product = writer.op(node, "Mul", [x, writer.op(node, "Add", [erf, writer.float(1)])]);
  writer.op(node, "Mul", [product, writer.float(0.5)], {}, node.outputs[0]);
};

/** x · 0.5 · (1 + tanh(√(2/π) · (x + 0.044715 x³))) */
const tanhGelu: Rewrite = (writer, node) => {
  const [x] = node.inputs as [string];
  const cubic = writer.op(node, "Mul", [writer.op(node, "Pow", [x, writer.float(3)]), writer.float(0.044715)]);
  const inner = writer.op(node, "Mul", [writer.op(node, "Add", [x, cubic]), writer.float(Math.sqrt(2 / Math.PI))]);
  const sum = writer.op(node, "Add", [writer.op(node, "Tanh", [inner]), writer.float(1)]);
  writer.op(node, "Mul", [writer.op(node, "Mul", [x, writer.float(0.5)]), sum], {}, node.outputs[0]);
};

const axesAsAttribute: Rewrite = (writer, node) => {
  const [x, axes] = node.inputs as [string, string | undefined];
  const attributes = { ...node.attributes, ...(axes !== undefined && { axes: integersOf(writer.graph, axes)! }) };
  writer.op(node, node.op, [x], attributes, node.outputs[0]);
};
