import type { OnnxValue } from "../../onnx/model.ts";
import { inputValue } from "../trace/emit-trace.ts";
import type { ExportConstant, ExportGraph, ExportNode } from "../export-graph.ts";

/** A graph as written to the file, with its final names. */
export interface NamedGraph {
  readonly nodes: readonly (ExportNode & { readonly name: string })[];
  readonly constants: ReadonlyMap<string, ExportConstant>;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/**
 * Names inputs and outputs as the caller does, weights by their paths, and other values by operator and number. An
 * output that is also an input, a constant or another output becomes a copy of it.
 *
 * @param weightNames names of constants that are weights
 */
export function nameValues(graph: ExportGraph, weightNames: ReadonlyMap<string, string>): NamedGraph {
  const taken = new Set([...graph.inputs, ...graph.outputs.map(({ declared }) => declared)].map(({ name }) => name));
  const names = new Map<string, string>(graph.inputs.map(({ name }) => [inputValue(name), name]));
  const unique = (wanted: string): string => {
    let name = wanted;
    for (let i = 1; taken.has(name); i++) name = `${wanted}_${i}`;
    taken.add(name);
    return name;
  };
  const nodes = [...graph.nodes];
  for (const name of graph.constants.keys()) {
    const weight = weightNames.get(name);
    if (weight !== undefined) names.set(name, unique(weight));
  }
  for (const name of graph.constants.keys()) if (!names.has(name)) names.set(name, unique("constant"));
  for (const { value, declared } of graph.outputs) {
    if (names.has(value)) {
      const output = graph.fresh();
      nodes.push({
        op: "Identity",
        domain: "",
        inputs: [value],
        outputs: [output],
        attributes: {},
        kernel: "Identity",
      });
      names.set(output, declared.name);
    } else names.set(value, declared.name);
  }
  const named = nodes.map((node) => {
    const name = unique(node.op);
    node.outputs.forEach((output, i) => {
      if (!names.has(output)) names.set(output, unique(i === 0 ? `${name}_output` : `${name}_output_${i}`));
    });
    return {
      ...node,
      name,
      inputs: node.inputs.map((input) => names.get(input)!),
      outputs: node.outputs.map((output) => names.get(output)!),
    };
  });
  const constants = new Map(
    [...graph.constants].map(([name, constant]) => [names.get(name)!, { ...constant, name: names.get(name)! }]),
  );
  return { nodes: named, constants, inputs: graph.inputs, outputs: graph.outputs.map(({ declared }) => declared) };
}
