import type { ExportGraph, ExportNode } from "../export-graph.ts";

/** Removes nodes and constants that no output depends on, and optional trailing outputs that nothing reads. */
export function removeUnused(graph: ExportGraph): ExportGraph {
  const used = new Set(graph.outputs.map(({ value }) => value));
  const nodes: ExportNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => used.has(name))) continue;
    for (const input of node.inputs) used.add(input);
    nodes.push(node.op === "LayerNormalization" ? { ...node, outputs: trimmed(node.outputs, used) } : node);
  }
  const constants = new Map([...graph.constants].filter(([name]) => used.has(name)));
  const sized = new Map([...graph.sized].filter(([name]) => used.has(name)));
  return { ...graph, nodes: nodes.toReversed(), constants, sized };
}

function trimmed(outputs: readonly string[], used: ReadonlySet<string>): string[] {
  const last = outputs.findLastIndex((name) => used.has(name));
  return outputs.slice(0, last + 1);
}
