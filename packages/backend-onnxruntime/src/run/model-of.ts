import { serializeModel, type OnnxConstant, type OnnxGraph, type OnnxNode, type OnnxValue } from "../onnx/model.ts";
import { float16Graph, mayBeFloat16 } from "../float16/float16-graph.ts";
import type { Source } from "../record/source.ts";
import { nodeName } from "./describe-failure.ts";
import { fuseAttentionGradient } from "../rewrite/fuse-attention-gradient.ts";
import { fuseAttention } from "../rewrite/fuse-attention.ts";
import { GraphBuilder } from "../onnx/graph-builder.ts";
import type { Plan } from "../record/plan.ts";
import type { TensorType } from "../record/types.ts";
import type { Sessions } from "./session.ts";
import { withShapeOfInput } from "../rewrite/with-shape-of-input.ts";

/** The name of a plan's n-th input in its model. */
export function inputName(place: number): string {
  return `i${place}`;
}

export function outputName(place: number): string {
  return `o${place}`;
}

/**
 * The ONNX model of a plan, as bytes.
 * @param sessions those that will run it
 * @param constants indices of inputs that become constants with their current values
 */
export function modelOf(
  plan: Plan,
  sessions: Pick<Sessions, "firstOutput" | "onWebgpu" | "float16">,
  constants: readonly number[] = [],
): Uint8Array {
  const { firstOutput, onWebgpu = false, float16 = false } = sessions;
  const inFloat16 = new Set<OnnxNode>();
  const graph = new GraphBuilder({ onWebgpu });
  const names = new Map<Source, string>();
  const reshaped = new Map<string, string>();
  /** The types of values in the model, if they differ from the recorded ones. */
  const types = new Map<Source, TensorType>();
  plan.inputs.forEach((source, i) => names.set(source, inputName(i)));
  plan.outputs.forEach((source, i) => names.set(source, outputName(i)));

  const typeOf = (source: Source): TensorType => types.get(source) ?? source.type;
  const nameAs = (source: Source, type: TensorType): string => {
    const name = names.get(source)!;
    if (typeOf(source) === type) return name;
    const key = `${name} ${type.id}`;
    let other = reshaped.get(key);
    if (other === undefined) {
      other = graph.op("Reshape", [name, graph.integers(type.shape)]);
      reshaped.set(key, other);
    }
    return other;
  };

  if (firstOutput !== undefined) graph.op("Cast", [graph.float(0)], { to: 16 }, firstOutput);
  const wanted = new Set(plan.outputs);
  const places = new Map(plan.nodes.map((node, place) => [node.outputs[0]!, place]));
  const numbers = new Map(constants.map((place) => [plan.inputs[place]!, plan.inputs[place]!.storage!.values]));
  // From 32 tokens on, FlashAttention of ONNX Runtime 1.30's WebGPU computes wrong numbers.
  const nodes = onWebgpu ? plan.nodes : fuseAttention(plan, (source) => numbers.get(source));
  for (const node of fuseAttentionGradient({ nodes, outputs: plan.outputs })) {
    graph.name = nodeName(places.get(node.outputs[0]!)!);
    const { inputTypes, outputTypes } = node.outputs.some((source) => wanted.has(source))
      ? node.signature
      : withShapeOfInput(node, typeOf);
    const inputs = node.inputs.map((source, i) => nameAs(source, inputTypes[i]!));
    const outputs = node.outputs.map((source, i) => {
      const type = outputTypes[i]!;
      if (type !== source.type) {
        if (wanted.has(source)) return graph.fresh();
        types.set(source, type);
      }
      if (!names.has(source)) names.set(source, graph.fresh());
      return names.get(source)!;
    });
    const { operation, attributes } = node.signature;
    const first = graph.nodes.length;
    operation.emit(graph, inputs, outputs, { attributes, inputTypes, outputTypes });
    if (float16 && mayBeFloat16(node.signature)) for (const added of graph.nodes.slice(first)) inFloat16.add(added);
    node.outputs.forEach((source, i) => {
      const name = names.get(source)!;
      if (outputs[i] !== name) graph.op("Reshape", [outputs[i]!, graph.integers(source.type.shape)], {}, name);
    });
  }
  const fixed = new Set(constants);
  const read = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
  const kept = constants.filter((place) => read.has(inputName(place))); // the other outputs are inside a fused operator
  const model: OnnxGraph = {
    nodes: graph.nodes,
    constants: [...graph.constants, ...kept.map((place) => constantOf(place, plan.inputs[place]!))],
    inputs: plan.inputs.flatMap((source, i) => (fixed.has(i) ? [] : [inputOf(inputName(i), source)])),
    outputs: [
      ...(firstOutput === undefined ? [] : [{ name: firstOutput, type: "bfloat16", shape: [] } as const]),
      ...plan.outputs.map((source, i) => valueOf(outputName(i), source.type)),
    ],
  };
  return serializeModel(float16 ? float16Graph(model, inFloat16) : model);
}

function inputOf(name: string, { type, storage }: Source): OnnxValue {
  return storage?.inFloat16 === true ? { name, type: "float16", shape: type.shape } : valueOf(name, type);
}

function valueOf(name: string, type: TensorType): OnnxValue {
  return { name, type: type.element, shape: type.shape };
}

function constantOf(place: number, { type, storage }: Source): OnnxConstant {
  const { buffer, byteOffset, byteLength } = storage!.values;
  return {
    name: inputName(place),
    type: type.element,
    shape: type.shape,
    bytes: new Uint8Array(buffer, byteOffset, byteLength),
  };
}
