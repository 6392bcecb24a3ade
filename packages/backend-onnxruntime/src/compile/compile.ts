import { checkOptions, object } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { OnnxRuntimeBackend } from "../backend.ts";
import type { DynamicAxes } from "../export/trace/dynamic-axes.ts";
import { Source } from "../record/source.ts";
import { detached, type Plan } from "../record/plan.ts";
import { Executor } from "../run/executor.ts";
import type { Stats } from "../run/stats.ts";
import type { Storage } from "../record/storage.ts";
import type { TensorType } from "../record/types.ts";
import { callArguments } from "./arguments.ts";
import { checkAxes } from "./check-axes.ts";
import { DynamicGraph } from "./dynamic-graph.ts";
import { takeApart, type CompiledOutput } from "./results.ts";

export interface CompileOptions {
  /**
   * The axes of arguments that may have any length, by the argument's path, such as, for a function of `{ inputIds }`,
   * `{ "0.inputIds": { 0: "batch", 1: "tokens" } }`. Axes with one name have one length per call. Default: none.
   */
  readonly dynamicAxes?: DynamicAxes;
}

/** Where the values of a graph input, or of a result, come from in a call. */
type Origin =
  | { readonly argument: number }
  | { readonly variable: tf.Variable }
  | { readonly storage: Storage; readonly type: TensorType }
  | { readonly output: number };

/** The trace of a function for arguments of certain types and shapes. */
interface Trace {
  readonly plan: Plan;
  /** The sources of the plan's inputs. */
  readonly origins: readonly Origin[];
  readonly results: readonly { readonly origin: Origin; readonly shape: number[] }[];
  /** The results as the function returns them. */
  readonly assemble: (tensors: readonly tf.Tensor[]) => CompiledOutput;
}

/**
 * `fn` compiled: traced once for each combination of argument shapes, then replayed as one graph run without calling
 * `fn`. Variables have their values at the time of the call; everything else that `fn` reads (tensors, numbers, random
 * numbers, a layer's adapter) stays as it was when traced, until `dispose()`. With another backend active, `fn` is called.
 *
 * A call runs immediately, pending kernels included; the caller disposes the results. Each new shape compiles another
 * graph: pad to few lengths, or name the axes that change as `dynamicAxes`. One graph then serves all their lengths,
 * with the weights inside (on WebGPU one for each combination of shapes). It is compiled again when a variable that it
 * read has changed, so use this for models that are not being trained. `fn` must take the same steps at every length, as in
 * `exportOnnx`.
 *
 * The compiled function is not differentiable: train with `fn`.
 *
 * @param fn takes tensors, plain objects, arrays, numbers, strings, booleans and undefined, and returns a tensor, an
 *   array or an object of tensors; it must not be async. Each new value of an argument that is not a tensor compiles
 *   another graph, as shapes do.
 * @throws if `fn` reads values of tensors, or needs a kernel that runs in JavaScript, which the message names
 */
export function compile<Inputs extends readonly unknown[], Output extends CompiledOutput>(
  fn: (...inputs: Inputs) => Output,
  options: CompileOptions = {},
): CompiledFunction<Inputs, Output> {
  checkOptions("compile", options, { dynamicAxes: object("an object of axes by argument") });
  const { dynamicAxes } = options;
  const byShape = callByShape(fn);
  const { call, dispose } = dynamicAxes === undefined ? byShape : callOfAnyShape(fn, dynamicAxes, byShape);
  const compiled = (...inputs: Inputs): Output => {
    const backend = tf.backend();
    if (!(backend instanceof OnnxRuntimeBackend) || !(backend.executor instanceof Executor) || following)
      return tf.tidy(() => fn(...inputs) as never) as Output;
    return call(backend, backend.executor, inputs) as Output;
  };
  return Object.assign(compiled, { dispose });
}

/** A compiled function. */
export interface CompiledFunction<Inputs extends readonly unknown[], Output extends CompiledOutput> {
  (...inputs: Inputs): Output;
  /** Frees its graphs, and the weights inside graphs with dynamic axes. The next call compiles again. */
  dispose(): void;
}

interface Calls<Inputs> {
  readonly call: (backend: OnnxRuntimeBackend, executor: Executor, inputs: Inputs) => CompiledOutput;
  readonly dispose: () => void;
}

function callByShape<Inputs extends readonly unknown[]>(fn: (...inputs: Inputs) => CompiledOutput): Calls<Inputs> {
  let traces = new WeakMap<OnnxRuntimeBackend, Map<string, Trace>>();
  const call: Calls<Inputs>["call"] = (backend, executor, inputs) => {
    let known = traces.get(backend);
    if (known === undefined) traces.set(backend, (known = new Map<string, Trace>()));
    const { key, tensors } = callArguments(inputs);
    const given = [...tensors.values()];
    executor.flush();
    let trace = known.get(key);
    if (trace === undefined) known.set(key, (trace = follow(backend, executor, () => fn(...inputs), given)));
    return replay(backend, executor, trace, given);
  };
  return { call, dispose: () => void (traces = new WeakMap()) };
}

function callOfAnyShape<Inputs extends readonly unknown[]>(
  fn: (...inputs: Inputs) => CompiledOutput,
  dynamicAxes: DynamicAxes,
  byShape: Calls<Inputs>,
): Calls<Inputs> {
  const graphs = new WeakMap<OnnxRuntimeBackend, Map<string, DynamicGraph>>();
  const opened = new Set<DynamicGraph>();
  const shapeText = (place: string, shape: readonly number[]): string =>
    shape.map((size, axis) => dynamicAxes[place]?.[axis] ?? size).join();
  const call: Calls<Inputs>["call"] = (backend, executor, inputs) => {
    // A GPU's memory is allocated before a run, so the shapes of the results must be known.
    if (executor.pool.remote !== undefined) return byShape.call(backend, executor, inputs);
    let known = graphs.get(backend);
    if (known === undefined) graphs.set(backend, (known = new Map<string, DynamicGraph>()));
    const { key, tensors } = callArguments(inputs, shapeText);
    checkAxes(tensors, dynamicAxes);
    executor.flush();
    let graph = known.get(key);
    if (graph?.isCurrent(backend) !== true) {
      if (graph !== undefined) close(graph);
      known.delete(key);
      graph = new DynamicGraph(backend, executor, fn as never, inputs, tensors, dynamicAxes);
      opened.add(graph);
      known.set(key, graph);
    }
    return graph.run(backend, tensors);
  };
  const close = (graph: DynamicGraph): void => {
    opened.delete(graph);
    graph.dispose();
  };
  const dispose = (): void => {
    byShape.dispose();
    for (const graph of opened) close(graph);
  };
  return { call, dispose };
}

/** While another function is being traced, compiled functions run their own steps, as in an export. */
let following = false;

function follow(
  backend: OnnxRuntimeBackend,
  executor: Executor,
  fn: () => CompiledOutput,
  inputs: readonly tf.Tensor[],
): Trace {
  const before = { ...backend.stats(), reads: backend.reads };
  following = true;
  let outputs: CompiledOutput;
  try {
    outputs = tf.tidy(() => fn() as tf.TensorContainer) as CompiledOutput;
  } finally {
    following = false;
  }
  const { tensors, assemble } = takeApart(outputs);
  checkNothingRan(before, { ...backend.stats(), reads: backend.reads });
  const origins = new Map<Source, Origin>();
  for (const variable of Object.values(tf.engine().registeredVariables)) {
    if (variable.dtype !== "string" && variable.dtype !== "complex64" && backend.holds(variable.dataId))
      origins.set(backend.numeric(variable).source, { variable });
  }
  inputs.forEach((input, argument) => origins.set(backend.numeric(input).source, { argument }));
  const originOf = (source: Source): Origin => {
    let origin = origins.get(source);
    if (origin === undefined) {
      source.storage!.kept = true;
      origins.set(source, (origin = { storage: source.storage!, type: source.type }));
    }
    return origin;
  };
  const planned = executor.capture(originOf);
  planned.outputs.forEach((source, output) => origins.set(source, { output }));
  const results = tensors.map((tensor) => ({
    origin: originOf(backend.numeric(tensor).source),
    shape: [...tensor.shape],
  }));
  const trace = { plan: detached(planned), origins: planned.inputs.map(originOf), results, assemble };
  const given = new Set<tf.Tensor>(inputs);
  tf.dispose(tensors.filter((tensor) => !given.has(tensor) && !(tensor instanceof tf.Variable)));
  return trace;
}

function replay(
  backend: OnnxRuntimeBackend,
  executor: Executor,
  trace: Trace,
  inputs: readonly tf.Tensor[],
): CompiledOutput {
  const { plan, origins, results, assemble } = trace;
  const infoOf = (origin: { argument: number } | { variable: tf.Variable }): TensorInfo =>
    "argument" in origin ? inputs[origin.argument]! : origin.variable;
  plan.inputs.forEach((source, i) => {
    const origin = origins[i]!;
    if ("storage" in origin) source.storage = origin.storage;
    else if (!("output" in origin)) {
      const info = infoOf(origin);
      source.storage = executor.storageOf(backend.numeric(info).source);
      if (info instanceof tf.Variable) {
        source.frozen = !info.trainable;
        source.variable = info.id;
      }
    }
  });
  try {
    executor.execute(plan);
  } finally {
    for (const source of plan.inputs) source.storage = undefined;
  }
  const tensorOf = (type: TensorType, storage: Storage): TensorInfo => {
    const source = new Source(type);
    source.storage = storage;
    const info = backend.fromSource(source);
    made.push(info);
    return info;
  };
  const made: TensorInfo[] = [];
  const fresh = plan.outputs.map((own) => {
    const info = tensorOf(own.type, own.storage!);
    own.storage = undefined;
    return info;
  });
  const tensors = results.map(({ origin, shape }) => {
    const info =
      "output" in origin
        ? fresh[origin.output]!
        : "storage" in origin
          ? tensorOf(origin.type, origin.storage)
          : infoOf(origin);
    return tf.engine().makeTensorFromTensorInfo(backend.view(info, shape), backend);
  });
  for (const info of made) backend.disposeInfo(info); // the tensors refer to them now, as views
  return assemble(tensors);
}

type Counts = Stats & { reads: number };

function checkNothingRan(before: Counts, after: Counts): void {
  const inJavaScript = Object.keys(after.fallbacks).filter((name) => after.fallbacks[name] !== before.fallbacks[name]);
  if (inJavaScript.length > 0)
    throw new Error(
      `compile: the function needs kernels that run in JavaScript and cannot be part of a graph, got ${inJavaScript.join(", ")}. Call them outside of the compiled function.`,
    );
  if (after.reads !== before.reads || after.runs !== before.runs)
    throw new Error(
      "compile: the function reads values of tensors (data, dataSync, array, print), or records so many kernels that a part ran. Compute only with tensors, or compile smaller parts.",
    );
}
