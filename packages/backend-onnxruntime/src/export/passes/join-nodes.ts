import { inputValue } from "../trace/emit-trace.ts";
import type { ExportGraph, ExportNode } from "../export-graph.ts";

const int32 = 6;

/** Operators whose results are booleans. */
const comparisons: ReadonlySet<string> = new Set("And Equal Greater GreaterOrEqual Less LessOrEqual Not Or".split(" "));

/**
 * Joins consecutive nodes: two transposes into one; a cast after a cast of an int64 input or of booleans into one; and
 * a gather reads int64 inputs without a cast. Unused nodes are left for `removeUnused`.
 */
export function joinNodes(graph: ExportGraph): ExportGraph {
  const wide = new Set(graph.inputs.filter(({ type }) => type === "int64").map(({ name }) => inputValue(name)));
  const makers = new Map<string, ExportNode>();
  const narrowed = (name: string | undefined): string | undefined => {
    const maker = makers.get(name ?? "");
    const [from] = maker?.inputs ?? [];
    if (maker?.op !== "Cast" || maker.attributes["to"] !== int32) return undefined;
    return wide.has(from!) || comparisons.has(makers.get(from!)?.op ?? "") ? from : undefined;
  };
  const nodes = graph.nodes.map((node) => {
    const joined = join(node);
    makers.set(joined.outputs[0]!, joined);
    return joined;
  });
  return { ...graph, nodes };

  function join(node: ExportNode): ExportNode {
    const [x, second] = node.inputs as [string, string | undefined];
    if (node.op === "Transpose") {
      const before = makers.get(x);
      if (before?.op !== "Transpose") return node;
      const [first, then] = [before, node].map(({ attributes }) => attributes["perm"] as number[]);
      return { ...node, inputs: before.inputs, attributes: { perm: then!.map((axis) => first![axis]!) } };
    }
    if (node.op === "Cast") return { ...node, inputs: [narrowed(x) ?? x] };
    if (node.op === "Gather") return { ...node, inputs: [x, narrowed(second) ?? second!] };
    return node;
  }
}
