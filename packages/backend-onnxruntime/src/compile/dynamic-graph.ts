import * as tf from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import type { DynamicAxes } from "../export/trace/dynamic-axes.ts";
import type { SessionModel } from "../export/write/write-for-session.ts";
import { valueAt } from "../export/sizes/size-expression.ts";
import { Data } from "../record/data.ts";
import { Source } from "../record/source.ts";
import type { Executor } from "../run/executor.ts";
import type { Storage } from "../record/storage.ts";
import { type NumericType, tensorType } from "../record/types.ts";
import { describeCompiledFailure } from "../run/describe-failure.ts";
import type { Session, SessionTensor } from "../run/session.ts";
import { withTensors } from "./arguments.ts";
import { placeOf, takeApart, type CompiledOutput, type Results } from "./results.ts";
import { storageOf } from "./storage-of.ts";
import { type Facts, tracedModels } from "./traced-models.ts";
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
  readonly #facts: Facts;
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
    const { first, packed, used, facts } = tracedModels(
      executor,
      traceable,
      Object.fromEntries(tensors),
      dynamicAxes,
      isVariable,
    );
    this.#weights = variables.filter(({ source }) => used.has(source));
    this.#assemble = results!.assemble;
    this.#names = results!.names;
    this.#outputs = results!.tensors.map((_, i) => `result ${i}`);
    this.#executor = executor;
    this.#facts = facts;
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

  /** Whether a tensor in the graph has no elements at these lengths; operators may crash then. */
  makesEmpty(tensors: ReadonlyMap<string, tf.Tensor>): boolean {
    const { mayBeZero } = this.#facts;
    if (mayBeZero.length === 0) return false;
    const sizes = this.#sizes(tensors);
    return mayBeZero.some((length) => valueAt(length, sizes) <= 0);
  }

  /**
   * @param only the name of one result, if the others need not be copied
   * @throws RangeError for ids that the function rejects
   */
  run(backend: OnnxRuntimeBackend, tensors: ReadonlyMap<string, tf.Tensor>, only?: string): CompiledOutput {
    const { stats } = this.#executor;
    const outputs = only === undefined ? this.#outputs : [this.#outputs[placeOf(this.#names, only)]!];
    if (this.#runs++ === runsBeforePacking) this.#pack();
    const feeds: Record<string, SessionTensor> = {};
    const sizes = this.#sizes(tensors);
    for (const { input, count, check } of this.#facts.ids)
      check(storageOf(backend, this.#executor, tensors.get(input)!).values, valueAt(count, sizes));
    for (const [place, tensor] of tensors) {
      const { values } = storageOf(backend, this.#executor, tensor);
      feeds[place] = { type: tensor.dtype as "float32", dims: tensor.shape, location: "cpu", data: values };
    }
    for (const [name, { type, storage }] of this.#opened.weights)
      feeds[name] = { type: type.element, dims: type.shape, location: "cpu", data: storage!.values };
    const start = performance.now();
    const results = this.#runFree(feeds, outputs);
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

  #sizes(tensors: ReadonlyMap<string, tf.Tensor>): number[] {
    return this.#facts.axes.map(({ input, axis }) => tensors.get(input)!.shape[axis]!);
  }

  #runFree(feeds: Record<string, SessionTensor>, outputs: readonly string[]): Record<string, SessionTensor> {
    try {
      return this.#opened.session.runFree(feeds, outputs);
    } catch (error) {
      const inputs = this.#facts.inputs.map((name) => `${feeds[name]!.type} [${feeds[name]!.dims}] at ${name}`);
      throw describeCompiledFailure(this.#facts.kernels, inputs, error);
    }
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
