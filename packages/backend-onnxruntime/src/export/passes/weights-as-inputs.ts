import type { Source } from "../../record/source.ts";
import type { ExportConstant, ExportGraph } from "../export-graph.ts";
import { inputValue } from "../trace/emit-trace.ts";

/** Smaller weights stay constants. */
const minBytes = 2 ** 18;

/**
 * Makes large weights inputs of the graph. A session copies its constants, and packs those that it multiplies with; an
 * input is read in the weight's own memory.
 *
 * @param which "tables": only those whose rows are only looked up, for which a copy brings nothing
 * @param sourceOf the weight that a constant is, if it may be an input
 * @returns the graph, and the weights by the names of their inputs
 */
export function weightsAsInputs(
  graph: ExportGraph,
  which: "tables" | "all",
  sourceOf: (constant: ExportConstant) => Source | undefined,
): { readonly graph: ExportGraph; readonly weights: ReadonlyMap<string, Source> } {
  const constants = new Map(graph.constants);
  const renamed = new Map<string, string>();
  const inputs = [...graph.inputs];
  const weights = new Map<string, Source>();
  const used = new Set(graph.outputs.map(({ value }) => value));
  for (const { op, inputs: read } of graph.nodes)
    read.forEach((value, place) => {
      if (which === "tables" && (op !== "Gather" || place > 0)) used.add(value);
    });
  for (const [name, constant] of graph.constants) {
    const source = used.has(name) || constant.bytes.length < minBytes ? undefined : sourceOf(constant);
    if (source === undefined) continue;
    const input = `weight ${weights.size}`;
    constants.delete(name);
    renamed.set(name, inputValue(input));
    inputs.push({ name: input, type: constant.type, shape: constant.shape });
    weights.set(input, source);
  }
  const nodes = graph.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map((value) => renamed.get(value) ?? value),
  }));
  return { graph: { ...graph, nodes, constants, inputs }, weights };
}
