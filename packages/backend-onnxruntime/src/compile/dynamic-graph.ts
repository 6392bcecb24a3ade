import * as tf from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import type { DynamicAxes } from "../export/trace/dynamic-axes.ts";
import { tablesAsInputs } from "../export/passes/tables-as-inputs.ts";
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
import { takeApart, type CompiledOutput, type Results } from "./results.ts";
import { storageOf } from "./storage-of.ts";
import { tracedVariables } from "./traced-variables.ts";

/** A variable and the values that the graph has inside. */
interface Weight {
  readonly variable: tf.Variable;
  readonly source: Source;
  readonly storage: Storage;
  readonly version: number;
}

/** A function as one graph for all sizes of its dynamic axes, with its weights inside; tables remain outside. */
export class DynamicGraph {
  readonly #session: Session;
  readonly #executor: Executor;
  readonly #weights: readonly Weight[];
  /** The variables that were in another backend or did not exist, and their data. */
  readonly #elsewhere: Map<tf.Variable, tf.DataId> = new Map();
  /** Weights that the session reads in their own memory, by the names of its inputs. */
  readonly #tables: ReadonlyMap<string, Source>;
  readonly #assemble: Results["assemble"];
  readonly #outputs: readonly string[];
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
    const { model, external, tables, used } = traced(
      executor,
      traceable,
      Object.fromEntries(tensors),
      dynamicAxes,
      isVariable,
    );
    this.#tables = tables;
    this.#weights = variables.filter(({ source }) => used.has(source));
    this.#assemble = results!.assemble;
    this.#outputs = results!.tensors.map((_, i) => `result ${i}`);
    this.#executor = executor;
    this.#session = executor.open(model, external);
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

  run(backend: OnnxRuntimeBackend, tensors: ReadonlyMap<string, tf.Tensor>): CompiledOutput {
    const { stats } = this.#executor;
    const feeds: Record<string, SessionTensor> = {};
    for (const [place, tensor] of tensors) {
      const { values } = storageOf(backend, this.#executor, tensor);
      feeds[place] = { type: tensor.dtype as "float32", dims: tensor.shape, location: "cpu", data: values };
    }
    for (const [name, { type, storage }] of this.#tables)
      feeds[name] = { type: type.element, dims: type.shape, location: "cpu", data: storage!.values };
    const start = performance.now();
    const results = this.#session.runFree(feeds, this.#outputs);
    stats.runMilliseconds += performance.now() - start;
    stats.runs++;
    stats.hits++;
    const made = this.#outputs.map((name) => {
      const { type, dims, data } = results[name]!;
      const source = new Source(tensorType(type as NumericType, dims));
      source.storage = { values: data!, exposed: false };
      return tf.engine().makeTensorFromTensorInfo(backend.fromSource(source), backend);
    });
    return this.#assemble(made);
  }

  dispose(): void {
    this.#disposed = true;
    this.#executor.close(this.#session);
  }
}

/** A traced function as a model for a session, and the sources of its constants. */
type TracedModel = SessionModel & { readonly used: ReadonlySet<Source> };

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
): TracedModel {
  const options = { dynamicAxes, customOperators: true, opset: 20 };
  const write = ({ graph, weightNames, captured }: TracedGraph): TracedModel => {
    const used = new Set(captured.values());
    if (!executor.readsMemory) {
      const { model } = writeFileParts(nameValues(graph, weightNames), options);
      return { model, external: [], tables: new Map(), used };
    }
    const { graph: given, tables } = tablesAsInputs(graph, ({ name, bytes }) => {
      const source = captured.get(name);
      const values = source?.storage?.values;
      const isWhole = values?.buffer === bytes.buffer && values.byteOffset === bytes.byteOffset;
      return source !== undefined && isWhole && isVariable.has(source) ? source : undefined;
    });
    return { ...writeForSession(nameValues(given, weightNames), options), tables, used };
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
