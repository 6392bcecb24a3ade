import type { RecordedNode, Source } from "../../record/source.ts";
import { fuseAttention } from "../../rewrite/fuse-attention.ts";
import { GraphBuilder } from "../../onnx/graph-builder.ts";
import type { TensorType } from "../../record/types.ts";
import type { OnnxConstant } from "../../onnx/model.ts";
import type { ExportNode } from "../export-graph.ts";
import type { Trace } from "./trace.ts";

/** The nodes of one trace, with its shapes as constants. Traces of one structure use the same names. */
export interface EmittedTrace {
  readonly nodes: readonly ExportNode[];
  readonly constants: ReadonlyMap<string, OnnxConstant>;
  /** The constants that are tensors: the model's, and those that the function created. */
  readonly captured: ReadonlyMap<string, Source>;
  readonly types: ReadonlyMap<string, TensorType>;
  readonly outputs: ReadonlyMap<string, string>;
  readonly fresh: () => string;
  readonly ids: Trace["ids"];
}

/** The name of an input's value, which differs from all names that the passes generate. */
export function inputValue(name: string): string {
  return `input:${name}`;
}

/**
 * @param wide the inputs that are int64 in the model and int32 in the function
 * @param fusesAttention whether attention becomes ONNX Runtime's own operator
 * @param anyLength the nodes whose lengths vary between traces, if their operators depend on them
 */
export function emitTrace(
  { inputs, nodes, outputs, ids }: Trace,
  wide: ReadonlySet<string>,
  fusesAttention: boolean,
  anyLength: Pick<WeakSet<RecordedNode>, "has"> = new WeakSet(),
): EmittedTrace {
  const graph = new GraphBuilder({ shareConstants: false });
  const names = new Map<Source, string>();
  const types = new Map<string, TensorType>();
  const captured = new Map<string, Source>();
  const views = new Map<string, string>();
  const kernels: string[] = [];
  const computed = new Set(nodes.flatMap((node) => node.outputs));

  const nameOf = (source: Source): string => {
    let name = names.get(source);
    if (name !== undefined) return name;
    name = graph.fresh();
    names.set(source, name);
    types.set(name, source.type);
    // What a node computes may have values by now, if something else has the tensor, such as a gradient tape.
    if (source.storage !== undefined && !computed.has(source)) captured.set(name, source);
    return name;
  };
  const viewOf = (source: Source, type: TensorType): string => {
    const name = nameOf(source);
    if (types.get(name) === type) return name;
    const key = `${name} ${type.shape.join()}`;
    let view = views.get(key);
    if (view === undefined) {
      view = graph.op("Reshape", [name, graph.integers(type.shape)]);
      types.set(view, type);
      views.set(key, view);
    }
    return view;
  };
  const label = (kernel: string): void => {
    while (kernels.length < graph.nodes.length) kernels.push(kernel);
  };

  for (const [name, source] of inputs) {
    const value = inputValue(name);
    types.set(value, source.type);
    if (wide.has(name)) graph.castTo(value, "int32", nameOf(source));
    else names.set(source, value);
  }
  label("Cast");
  const wanted = [...outputs.values()].map(({ source }) => source);
  for (const node of fusesAttention ? fuseAttention({ nodes, outputs: wanted }) : nodes) {
    const operands = node.inputs.map((source, i) => viewOf(source, node.signature.inputTypes[i]!));
    label("Reshape");
    graph.anyLength = anyLength.has(node);
    node.signature.operation.emit(graph, operands, node.outputs.map(nameOf), node.signature);
    node.outputs.forEach((source, i) => types.set(nameOf(source), node.signature.outputTypes[i]!));
    label(node.signature.operation.name);
  }
  const values = new Map([...outputs].map(([name, { source, type }]) => [name, viewOf(source, type)]));
  label("Reshape");
  return {
    nodes: graph.nodes.map((node, i) => ({ ...node, kernel: kernels[i]! })),
    constants: new Map(graph.constants.map((constant) => [constant.name, constant])),
    captured,
    types,
    outputs: values,
    fresh: () => graph.fresh(),
    ids,
  };
}
