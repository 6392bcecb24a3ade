import type { ExportGraph } from "../export-graph.ts";
import { shapeOfValue } from "./constant-numbers.ts";
import { reshapeTarget, SizeWriter } from "./size-writer.ts";

/** Sets the shapes of reshapes, and replaces constants that depend on the dynamic axes by nodes that compute them. */
export function writeSizes(graph: ExportGraph, axes: readonly string[]): ExportGraph {
  const writer = new SizeWriter(graph.inputs, axes, graph.fresh);
  const renamed = new Map([...graph.sized].map(([name, constant]) => [name, writer.constant(constant)]));
  const nodes = graph.nodes.map((node) => {
    const inputs = node.inputs.map((name) => renamed.get(name) ?? name);
    if (node.op !== "Reshape" || inputs.length > 1) return { ...node, inputs };
    const target = reshapeTarget(shapeOfValue(graph, inputs[0]!), graph.shapes.get(node.outputs[0]!)!);
    return { ...node, inputs: [...inputs, writer.vector(target)] };
  });
  const outputs = graph.outputs.map((output) => ({ ...output, value: renamed.get(output.value) ?? output.value }));
  return {
    ...graph,
    nodes: [...writer.nodes, ...nodes],
    constants: new Map([...graph.constants, ...writer.constants]),
    sized: new Map(),
    outputs,
  };
}
