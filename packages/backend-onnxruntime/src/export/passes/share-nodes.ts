import type { ExportConstant, ExportGraph, ExportNode } from "../export-graph.ts";

/** Constants up to this length are compared by their bytes; weights are equal if they have the same memory. */
const comparedBytes = 4096;

/** Merges nodes that compute the same, and equal constants. */
export function shareNodes(graph: ExportGraph): ExportGraph {
  const renamed = new Map<string, string>();
  const current = (name: string): string => renamed.get(name) ?? name;
  const constants = new Map<string, ExportConstant>();
  const byContent = new Map<string, string>();
  for (const [name, constant] of graph.constants) {
    const key = contentKey(constant);
    const other = key === undefined ? undefined : byContent.get(key);
    if (other !== undefined) renamed.set(name, other);
    else {
      if (key !== undefined) byContent.set(key, name);
      constants.set(name, constant);
    }
  }
  const nodes: ExportNode[] = [];
  const byWork = new Map<string, readonly string[]>();
  for (const node of graph.nodes) {
    const inputs = node.inputs.map(current);
    const shape = node.op === "Reshape" && inputs.length === 1 ? graph.shapes.get(node.outputs[0]!) : undefined;
    const key = JSON.stringify([node.domain, node.op, inputs, node.attributes, shape?.map((size) => size.key)]);
    const same = byWork.get(key);
    if (same?.length === node.outputs.length) node.outputs.forEach((name, i) => renamed.set(name, same[i]!));
    else {
      byWork.set(key, node.outputs);
      nodes.push({ ...node, inputs });
    }
  }
  const outputs = graph.outputs.map((output) => ({ ...output, value: current(output.value) }));
  return { ...graph, nodes, constants, outputs };
}

function contentKey({ type, shape, bytes, weight }: ExportConstant): string | undefined {
  return weight || bytes.length > comparedBytes ? undefined : `${type} ${shape.join()} ${bytes.join()}`;
}
