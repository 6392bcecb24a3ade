import { serializeModel, type OnnxValue } from "../onnx/model.ts";
import { NativeSession, stopName, type NativeTensor, type SessionOptions } from "../native-session.ts";
import type { Source } from "./data.ts";
import { GraphBuilder } from "./graph-builder.ts";
import type { Plan } from "./plan.ts";
import type { TensorType } from "./types.ts";

/** A compiled model with the objects that hand memory to it, kept so that a run allocates nothing. */
export interface CompiledGraph {
  readonly key: Int32Array;
  readonly session: NativeSession;
  readonly nodes: number;
  /** About what the session keeps for its intermediate results; half of their sum was measured. */
  readonly bytes: number;
  readonly inputs: readonly NativeTensor[];
  readonly outputs: readonly NativeTensor[];
  readonly feeds: Record<string, NativeTensor>;
  readonly fetches: Record<string, NativeTensor | null>;
}

export function compile(plan: Plan, options: SessionOptions): CompiledGraph {
  const model = modelOf(plan);
  const inputs = plan.inputs.map((source) => nativeTensor(source.type));
  const outputs = plan.outputs.map((source) => nativeTensor(source.type));
  const feeds: Record<string, NativeTensor> = {};
  const fetches: Record<string, NativeTensor | null> = { [stopName]: null };
  inputs.forEach((tensor, i) => (feeds[`i${i}`] = tensor));
  outputs.forEach((tensor, i) => (fetches[`o${i}`] = tensor));
  let session: NativeSession;
  try {
    session = new NativeSession(model, options);
  } catch (error) {
    const kernels = [...new Set(plan.nodes.map((node) => node.signature.key.split(" ")[0]))].join(", ");
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`backend-onnxruntime: ONNX Runtime refused a graph of ${kernels}, got "${reason}".`, {
      cause: error,
    });
  }
  const intermediate = plan.nodes.reduce(
    (sum, node) => sum + node.outputs.reduce((bytes, { type }) => bytes + type.bytes, 0),
    0,
  );
  return {
    key: plan.key.slice(),
    session,
    nodes: plan.nodes.length,
    bytes: intermediate / 2,
    inputs,
    outputs,
    feeds,
    fetches,
  };
}

/** The ONNX model of a plan, as bytes. */
export function modelOf(plan: Plan): Uint8Array {
  const graph = new GraphBuilder();
  const names = new Map<Source, string>();
  const reshaped = new Map<string, string>();
  plan.inputs.forEach((source, i) => names.set(source, `i${i}`));
  plan.outputs.forEach((source, i) => names.set(source, `o${i}`));

  const nameAs = (source: Source, type: TensorType): string => {
    const name = names.get(source)!;
    if (source.type === type) return name;
    const key = `${name} ${type.id}`;
    let other = reshaped.get(key);
    if (other === undefined) {
      other = graph.op("Reshape", [name, graph.integers(type.shape)]);
      reshaped.set(key, other);
    }
    return other;
  };

  graph.op("Cast", [graph.float(0)], { to: 16 }, stopName);
  for (const node of plan.nodes) {
    const inputs = node.inputs.map((source, i) => nameAs(source, node.signature.inputTypes[i]!));
    const outputs = node.outputs.map((source) => {
      if (!names.has(source)) names.set(source, graph.fresh());
      return names.get(source)!;
    });
    node.signature.emit(graph, inputs, outputs);
  }
  return serializeModel({
    nodes: graph.nodes,
    constants: graph.constants,
    inputs: plan.inputs.map((source, i) => valueOf(`i${i}`, source.type)),
    outputs: [
      { name: stopName, type: "bfloat16", shape: [] },
      ...plan.outputs.map((source, i) => valueOf(`o${i}`, source.type)),
    ],
  });
}

function valueOf(name: string, type: TensorType): OnnxValue {
  return { name, type: type.dtype, shape: type.shape };
}

function nativeTensor(type: TensorType): NativeTensor {
  return { type: type.dtype, dims: type.shape, location: "cpu", data: undefined };
}
