import type * as tf from "@tensorflow/tfjs-core";
import { weightsAsInputs } from "../export/passes/weights-as-inputs.ts";
import type { ExportConstant } from "../export/export-graph.ts";
import { traceToOnnx, type TracedGraph } from "../export/trace-to-onnx.ts";
import type { DynamicAxes } from "../export/trace/dynamic-axes.ts";
import type { TracedFunction } from "../export/trace/trace.ts";
import { nameValues } from "../export/write/name-values.ts";
import { writeFileParts } from "../export/write/write-file-parts.ts";
import { type SessionModel, writeForSession } from "../export/write/write-for-session.ts";
import type { Source } from "../record/source.ts";
import type { Executor } from "../run/executor.ts";

/** What a graph is called with, and the kernels that it was traced from. */
export interface Facts extends Pick<TracedGraph, "axes" | "ids" | "mayBeZero"> {
  readonly inputs: readonly string[];
  readonly kernels: readonly string[];
}

/** A traced function as models for sessions. */
export interface TracedModels {
  /** The model to open first. */
  readonly first: SessionModel;
  /** Writes the one with the weights inside, if they are inputs of the first. */
  readonly packed: (() => SessionModel) | undefined;
  /** The sources of the constants. */
  readonly used: ReadonlySet<Source>;
  readonly facts: Facts;
}

/**
 * @param isVariable the sources that may be inputs, since they stay as they are while the graph is used
 * @throws the errors of `exportOnnx`, with `compile` in the message
 */
export function tracedModels(
  executor: Executor,
  traceable: TracedFunction,
  tensors: Readonly<Record<string, tf.Tensor>>,
  dynamicAxes: DynamicAxes,
  isVariable: ReadonlySet<Source>,
): TracedModels {
  const options = { dynamicAxes, customOperators: true, opset: 20 };
  const write = ({ graph, weightNames, captured, axes, ids, mayBeZero }: TracedGraph): TracedModels => {
    const kernels = [...new Set(graph.nodes.map(({ kernel }) => kernel))];
    const facts = { axes, ids, mayBeZero, kernels, inputs: graph.inputs.map(({ name }) => name) };
    const used = new Set(captured.values());
    if (!executor.readsMemory) {
      const { model } = writeFileParts(nameValues(graph, weightNames), options);
      return { first: { model, external: [], weights: new Map() }, packed: undefined, used, facts };
    }
    const variableOf = ({ name, bytes }: ExportConstant): Source | undefined => {
      const source = captured.get(name);
      const values = source?.storage?.values;
      const isWhole = values?.buffer === bytes.buffer && values.byteOffset === bytes.byteOffset;
      return source !== undefined && isWhole && isVariable.has(source) ? source : undefined;
    };
    const written = ({ graph: given, weights }: ReturnType<typeof weightsAsInputs>): SessionModel => ({
      ...writeForSession(nameValues(given, weightNames), options),
      weights,
    });
    const inside = weightsAsInputs(graph, "tables", variableOf);
    const outside = weightsAsInputs(graph, "all", variableOf);
    if (outside.weights.size === inside.weights.size) return { first: written(inside), packed: undefined, used, facts };
    // Packing comes later: memory that is not a variable's may by then have other values.
    const temporary = new Set<unknown>();
    for (const source of used) if (!isVariable.has(source)) temporary.add(source.storage?.values.buffer);
    const constants = new Map(inside.graph.constants);
    for (const [name, constant] of constants)
      if (temporary.has(constant.bytes.buffer)) constants.set(name, { ...constant, bytes: constant.bytes.slice() });
    const kept = { ...inside.graph, constants };
    return { first: written(outside), packed: () => written({ ...inside, graph: kept }), used, facts };
  };
  try {
    return traceToOnnx(executor.sibling(), traceable, tensors, options, write, { startsWithFew: true });
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("exportOnnx: ")) throw error;
    throw new Error(error.message.replace("exportOnnx: ", "compile: "), { cause: error });
  }
}
