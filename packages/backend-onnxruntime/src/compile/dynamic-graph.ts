import * as tf from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import type { DynamicAxes } from "../export/trace/dynamic-axes.ts";
import { weightsAsInputs } from "../export/passes/weights-as-inputs.ts";
import type { ExportConstant } from "../export/export-graph.ts";
import { traceToOnnx, type TracedGraph } from "../export/trace-to-onnx.ts";
import type { TracedFunction } from "../export/trace/trace.ts";
import { nameValues } from "../export/write/name-values.ts";
import { writeFileParts } from "../export/write/write-file-parts.ts";
import { type SessionModel, writeForSession } from "../export/write/write-for-session.ts";
import { Data } from "../record/data.ts";
import { Source } from "../record/source.ts";
import type { Executor } from "../run/executor.ts";
import type { Storage } from "../record/storage.ts";
import { type NumericType, tensorType } from "../record/types.ts";
import type { Session, SessionTensor } from "../run/session.ts";
import { withTensors } from "./arguments.ts";
import { placeOf, takeApart, type CompiledOutput, type Results } from "./results.ts";
import { storageOf } from "./storage-of.ts";
import { tracedVariables } from "./traced-variables.ts";

/** A variable and the values that the graph has inside. */
interface Weight {
  readonly variable: tf.Variable;
  readonly source: Source;
  readonly storage: Storage;
  readonly version: number;
}

/**
 * Runs before a session copies and packs the weights, which takes longer than several short texts: until then they are
 * inputs. Packed weights are faster, and may give other last bits (decisions/0004).
 */
const runsBeforePacking = 3;

/** A session, and the weights that it reads in their own memory, by the names of its inputs. */
interface Opened {
  readonly session: Session;
  readonly weights: ReadonlyMap<string, Source>;
}

/** A function as one graph for all sizes of its dynamic axes, after a few runs with its weights inside, except tables. */
export class DynamicGraph {
  #opened: Opened;
  /** Writes the model with the weights inside, until it is opened. */
  #packed: (() => SessionModel) | undefined;
  #runs = 0;
  readonly #executor: Executor;
  readonly #weights: readonly Weight[];
  /** The variables that were in another backend or did not exist, and their data. */
  readonly #elsewhere: Map<tf.Variable, tf.DataId> = new Map();
  readonly #assemble: Results["assemble"];
  readonly #outputs: readonly string[];
  readonly #names: readonly string[];
  #disposed = false;

  /** Traces `fn` at several sizes, and compiles. */
  constructor(
    backend: OnnxRuntimeBackend,
    executor: Executor,
    fn: (...inputs: readonly unknown[]) => CompiledOutput,
    inputs: readonly unknown[],
    tensors: ReadonlyMap<string, tf.Tensor>,
    dynamicAxes: DynamicAxes,
  ) {
    const start = performance.now();
    const places = new Map([...tensors].map(([place, tensor]) => [tensor, place]));
    let results: Results | undefined;
    const traceable = (given: Record<string, tf.Tensor>): Record<string, tf.Tensor> => {
      results = takeApart(fn(...withTensors(inputs, (tensor) => given[places.get(tensor)!]!)));
      for (const { variable } of tracedVariables(tf.backend() as OnnxRuntimeBackend))
        if (!known.has(variable)) this.#elsewhere.set(variable, variable.dataId);
      return Object.fromEntries(results.tensors.map((tensor, i) => [`result ${i}`, tensor]));
    };
    const variables = tracedVariables(backend).flatMap(({ variable, data }) => {
      const source = valuesOf(data);
      return source.storage === undefined
        ? []
        : [{ variable, source, storage: source.storage, version: versionOf(source) }];
    });
    const known = new Set(variables.map(({ variable }) => variable));
    const isVariable = new Set(variables.map(({ source }) => source));
    const { first, packed, used } = traced(executor, traceable, Object.fromEntries(tensors), dynamicAxes, isVariable);
    this.#weights = variables.filter(({ source }) => used.has(source));
    this.#assemble = results!.assemble;
    this.#names = results!.names;
    this.#outputs = results!.tensors.map((_, i) => `result ${i}`);
    this.#executor = executor;
    this.#packed = packed;
    this.#opened = opened(executor, first);
    executor.stats.compiles++;
    executor.stats.compileMilliseconds += performance.now() - start;
  }

  /** Whether its variables still have the values inside the graph. */
  isCurrent(backend: OnnxRuntimeBackend): boolean {
    if (this.#disposed) return false;
    for (const [variable, dataId] of this.#elsewhere)
      if (variable.dataId !== dataId || backend.holds(dataId)) return false;
    return this.#weights.every(
      ({ variable, source, storage, version }) =>
        !variable.isDisposed &&
        sourceOf(backend, variable) === source &&
        source.storage === storage &&
        versionOf(source) === version,
    );
  }

  /** @param only the name of one result, if the others need not be copied */
  run(backend: OnnxRuntimeBackend, tensors: ReadonlyMap<string, tf.Tensor>, only?: string): CompiledOutput {
    const { stats } = this.#executor;
    const outputs = only === undefined ? this.#outputs : [this.#outputs[placeOf(this.#names, only)]!];
    if (this.#runs++ === runsBeforePacking) this.#pack();
    const feeds: Record<string, SessionTensor> = {};
    for (const [place, tensor] of tensors) {
      const { values } = storageOf(backend, this.#executor, tensor);
      feeds[place] = { type: tensor.dtype as "float32", dims: tensor.shape, location: "cpu", data: values };
    }
    for (const [name, { type, storage }] of this.#opened.weights)
      feeds[name] = { type: type.element, dims: type.shape, location: "cpu", data: storage!.values };
    const start = performance.now();
    const results = this.#opened.session.runFree(feeds, outputs);
    stats.runMilliseconds += performance.now() - start;
    stats.runs++;
    stats.hits++;
    const made = outputs.map((name) => {
      const { type, dims, data } = results[name]!;
      const source = new Source(tensorType(type as NumericType, dims));
      source.storage = { values: data!, exposed: false };
      return tf.engine().makeTensorFromTensorInfo(backend.fromSource(source), backend);
    });
    return only === undefined ? this.#assemble(made) : made[0]!;
  }

  #pack(): void {
    if (this.#packed === undefined) return;
    const start = performance.now();
    const packed = opened(this.#executor, this.#packed());
    this.#executor.close(this.#opened.session);
    this.#opened = packed;
    this.#packed = undefined;
    this.#executor.stats.packed++;
    this.#executor.stats.compileMilliseconds += performance.now() - start;
  }

  dispose(): void {
    this.#disposed = true;
    this.#packed = undefined;
    this.#executor.close(this.#opened.session);
  }
}

function opened(executor: Executor, { model, external, weights }: SessionModel): Opened {
  return { session: executor.open(model, external), weights };
}

/** A traced function as models for sessions. */
interface TracedModels {
  /** The model to open first. */
  readonly first: SessionModel;
  /** Writes the one with the weights inside, if they are inputs of the first. */
  readonly packed: (() => SessionModel) | undefined;
  /** The sources of the constants. */
  readonly used: ReadonlySet<Source>;
}

/**
 * @param isVariable the sources that may be inputs, since they stay as they are while the graph is used
 * @throws the errors of `exportOnnx`, with `compile` in the message
 */
function traced(
  executor: Executor,
  traceable: TracedFunction,
  tensors: Readonly<Record<string, tf.Tensor>>,
  dynamicAxes: DynamicAxes,
  isVariable: ReadonlySet<Source>,
): TracedModels {
  const options = { dynamicAxes, customOperators: true, opset: 20 };
  const write = ({ graph, weightNames, captured }: TracedGraph): TracedModels => {
    const used = new Set(captured.values());
    if (!executor.readsMemory) {
      const { model } = writeFileParts(nameValues(graph, weightNames), options);
      return { first: { model, external: [], weights: new Map() }, packed: undefined, used };
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
    if (outside.weights.size === inside.weights.size) return { first: written(inside), packed: undefined, used };
    // Packing comes later: memory that is not a variable's may by then have other values.
    const temporary = new Set<unknown>();
    for (const source of used) if (!isVariable.has(source)) temporary.add(source.storage?.values.buffer);
    const constants = new Map(inside.graph.constants);
    for (const [name, constant] of constants)
      if (temporary.has(constant.bytes.buffer)) constants.set(name, { ...constant, bytes: constant.bytes.slice() });
    const kept = { ...inside.graph, constants };
    return { first: written(outside), packed: () => written({ ...inside, graph: kept }), used };
  };
  try {
    return traceToOnnx(executor.sibling(), traceable, tensors, options, write, { startsWithFew: true });
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("exportOnnx: ")) throw error;
    throw new Error(error.message.replace("exportOnnx: ", "compile: "), { cause: error });
  }
}

function sourceOf(backend: OnnxRuntimeBackend, { dataId }: tf.Variable): Source | undefined {
  const data = backend.holds(dataId) ? backend.dataOf(dataId) : undefined;
  return data instanceof Data ? valuesOf(data) : undefined;
}

function valuesOf(data: Data): Source {
  return data.quantized?.bytes ?? data.source;
}

function versionOf(source: Source): number {
  return source.storage?.version ?? 0;
}
