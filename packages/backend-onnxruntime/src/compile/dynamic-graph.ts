import * as tf from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import type { DynamicAxes } from "../export/trace/dynamic-axes.ts";
import { traceToOnnx } from "../export/trace-to-onnx.ts";
import type { TracedFunction } from "../export/trace/trace.ts";
import { Data } from "../record/data.ts";
import { Source } from "../record/source.ts";
import type { Executor } from "../run/executor.ts";
import type { Storage } from "../record/storage.ts";
import { type NumericType, tensorType } from "../record/types.ts";
import type { Session } from "../run/session.ts";
import { withTensors } from "./arguments.ts";
import { takeApart, type CompiledOutput, type Results } from "./results.ts";

/** A variable and the values that the graph has inside. */
interface Weight {
  readonly variable: tf.Variable;
  readonly source: Source;
  readonly storage: Storage;
  readonly version: number;
}

/** A function as one graph for all sizes of its dynamic axes, with its weights inside. */
export class DynamicGraph {
  readonly #session: Session;
  readonly #executor: Executor;
  readonly #weights: readonly Weight[];
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
      return Object.fromEntries(results.tensors.map((tensor, i) => [`result ${i}`, tensor]));
    };
    const { model, weights } = traced(executor, traceable, Object.fromEntries(tensors), dynamicAxes);
    this.#assemble = results!.assemble;
    this.#outputs = results!.tensors.map((_, i) => `result ${i}`);
    this.#executor = executor;
    this.#session = executor.open(model);
    const used = new Set(weights);
    this.#weights = Object.values(tf.engine().registeredVariables).flatMap((variable) => {
      const source = sourceOf(backend, variable);
      if (source?.storage === undefined || !used.has(source)) return [];
      return { variable, source, storage: source.storage, version: versionOf(source) };
    });
    executor.stats.compiles++;
    executor.stats.compileMilliseconds += performance.now() - start;
  }

  /** Whether its variables still have the values inside the graph. */
  isCurrent(backend: OnnxRuntimeBackend): boolean {
    if (this.#disposed) return false;
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
    const feeds = [...tensors].map(([place, tensor]) => {
      const { values } = this.#executor.storageOf(backend.numeric(tensor).source);
      return [
        place,
        { type: tensor.dtype as "float32", dims: tensor.shape, location: "cpu" as const, data: values },
      ] as const;
    });
    const start = performance.now();
    const results = this.#session.runFree(Object.fromEntries(feeds), this.#outputs);
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

/** @throws the errors of `exportOnnx`, with `compile` in the message */
function traced(
  executor: Executor,
  traceable: TracedFunction,
  tensors: Readonly<Record<string, tf.Tensor>>,
  dynamicAxes: DynamicAxes,
): ReturnType<typeof traceToOnnx> {
  try {
    return traceToOnnx(executor.sibling(), traceable, tensors, { dynamicAxes, customOperators: true, opset: 20 });
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("exportOnnx: ")) throw error;
    throw new Error(error.message.replace("exportOnnx: ", "compile: "), { cause: error });
  }
}

function sourceOf(backend: OnnxRuntimeBackend, { dataId }: tf.Variable): Source | undefined {
  const data = backend.holds(dataId) ? backend.dataOf(dataId) : undefined;
  return data instanceof Data ? (data.quantized?.bytes ?? data.source) : undefined;
}

function versionOf(source: Source): number {
  return source.storage?.version ?? 0;
}
