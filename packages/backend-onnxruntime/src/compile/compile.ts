import { checkOptions, object, trueOrFalse } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";
import { OnnxRuntimeBackend } from "../backend.ts";
import type { DynamicAxes } from "../export/trace/dynamic-axes.ts";
import { Executor } from "../run/executor.ts";
import { callArguments, withTensors } from "./arguments.ts";
import { checkAxes } from "./check-axes.ts";
import { DynamicGraph } from "./dynamic-graph.ts";
import { type CompiledOutput, placeOf, takeApart } from "./results.ts";
import { isCurrent, isTracing, replay, type Trace, traceOf } from "./trace.ts";

export interface CompileOptions {
  /**
   * The axes of arguments that may have any length, by the argument's path, such as, for a function of `{ inputIds }`,
   * `{ "0.inputIds": { 0: "batch", 1: "tokens" } }`. Axes with one name have one length per call. Default: none.
   */
  readonly dynamicAxes?: DynamicAxes;
  /**
   * With `dynamicAxes`: compile a graph for the shapes of the first call alone, which takes a fraction of the time, and
   * one for all lengths when other shapes come, which traces `fn` again. For functions that may be called only once.
   * Default false.
   */
  readonly firstShapesAlone?: boolean;
}

/**
 * `fn` compiled: traced once for each combination of argument shapes, then replayed as one graph run without calling
 * `fn`. Variables have their values at the time of the call; everything else that `fn` reads (tensors, numbers, random
 * numbers, a layer's adapter) stays as it was when traced, until `dispose()`. With another backend active, `fn` is called.
 *
 * A call runs immediately, pending kernels included; the caller disposes the results. Each new shape compiles another
 * graph: pad to few lengths, or name the axes that change as `dynamicAxes`. One graph then serves all their lengths,
 * from the fourth call on with the weights packed inside (on WebGPU one graph for each combination of shapes). It is compiled again when a variable that it
 * read has changed, so use this for models that are not being trained. `fn` must take the same steps at every length, as in
 * `exportOnnx`.
 *
 * The compiled function is not differentiable: train with `fn`.
 *
 * @param fn takes tensors, plain objects, arrays, numbers, strings, booleans and undefined, and returns a tensor, an
 *   array or an object of tensors; it must not be async. Each new value of an argument that is not a tensor compiles
 *   another graph, as shapes do.
 * @throws if `fn` reads values of tensors, assigns a variable, or needs a kernel that runs in JavaScript, which the
 *   message names
 */
export function compile<Inputs extends readonly unknown[], Output extends CompiledOutput>(
  fn: (...inputs: Inputs) => Output,
  options: CompileOptions = {},
): CompiledFunction<Inputs, Output> {
  checkOptions("compile", options, {
    dynamicAxes: object("an object of axes by argument"),
    firstShapesAlone: trueOrFalse,
  });
  const { dynamicAxes, firstShapesAlone = false } = options;
  if (dynamicAxes === undefined && firstShapesAlone)
    throw new TypeError("compile: firstShapesAlone has no effect without dynamicAxes. Name the axes, or leave it out.");
  const byShape = callByShape(fn);
  const { call, dispose } =
    dynamicAxes === undefined ? byShape : callOfAnyShape(fn, { dynamicAxes, firstShapesAlone }, byShape);
  const run = (inputs: Inputs, only?: string): CompiledOutput => {
    const backend = tf.backend();
    if (!(backend instanceof OnnxRuntimeBackend) || !(backend.executor instanceof Executor) || isTracing())
      return called(fn, inputs, only);
    return call(backend, backend.executor, inputs, only);
  };
  const compiled = (...inputs: Inputs): Output => run(inputs) as Output;
  const only = (name: string, ...inputs: Inputs): tf.Tensor => run(inputs, name) as tf.Tensor;
  return Object.assign(compiled, { only, dispose });
}

/** A compiled function. */
export interface CompiledFunction<Inputs extends readonly unknown[], Output extends CompiledOutput> {
  (...inputs: Inputs): Output;
  /**
   * One tensor of a function that returns several, by its name; with dynamic axes the others are computed, but not copied.
   * @throws RangeError if the function returns none of that name
   */
  only(name: string, ...inputs: Inputs): tf.Tensor;
  /** Frees its graphs, and the weights inside graphs with dynamic axes. The next call compiles again. */
  dispose(): void;
}

/** Calls the function itself. Its results are clones, so that the caller may dispose them, as those of a graph. */
function called<Inputs extends readonly unknown[]>(
  fn: (...inputs: Inputs) => CompiledOutput,
  inputs: Inputs,
  only: string | undefined,
): CompiledOutput {
  return tf.tidy(() => {
    const { tensors, names, assemble } = takeApart(fn(...inputs));
    if (only !== undefined) return tf.clone(tensors[placeOf(names, only)]!);
    return assemble(tensors.map((tensor) => tf.clone(tensor))) as never;
  });
}

/** Operators may crash or give undefined values for tensors without elements; the kernels of single calls do not. */
function hasEmpty(tensors: ReadonlyMap<string, tf.Tensor>): boolean {
  for (const { size } of tensors.values()) if (size === 0) return true;
  return false;
}

/** All that a function returned, or the tensor of one name. */
function tensorsOf(output: CompiledOutput, only: string | undefined): CompiledOutput {
  if (only === undefined) return output;
  const { tensors, names } = takeApart(output);
  return tensors[placeOf(names, only)]!;
}

/** A graph, and the only shapes that it is for, if not all lengths of the dynamic axes. */
interface CompiledShapes {
  readonly graph: DynamicGraph;
  readonly shapes: string | undefined;
}

interface Calls<Inputs> {
  readonly call: (
    backend: OnnxRuntimeBackend,
    executor: Executor,
    inputs: Inputs,
    only: string | undefined,
  ) => CompiledOutput;
  readonly dispose: () => void;
}

function callByShape<Inputs extends readonly unknown[]>(fn: (...inputs: Inputs) => CompiledOutput): Calls<Inputs> {
  let traces = new WeakMap<OnnxRuntimeBackend, Map<string, Trace>>();
  const call: Calls<Inputs>["call"] = (backend, executor, inputs, only) => {
    let known = traces.get(backend);
    if (known === undefined) traces.set(backend, (known = new Map<string, Trace>()));
    const { key, tensors } = callArguments(inputs);
    if (hasEmpty(tensors)) return called(fn, inputs, only);
    const given = [...tensors.values()];
    executor.flush();
    let trace = known.get(key);
    if (trace === undefined || !isCurrent(backend, trace)) {
      trace = traceOf(backend, executor, (standInOf) => fn(...withTensors(inputs, standInOf)), given);
      known.set(key, trace);
    }
    return tf.tidy(() => tensorsOf(replay(backend, executor, trace, given), only) as never);
  };
  return { call, dispose: () => void (traces = new WeakMap()) };
}

function callOfAnyShape<Inputs extends readonly unknown[]>(
  fn: (...inputs: Inputs) => CompiledOutput,
  { dynamicAxes, firstShapesAlone }: Required<CompileOptions>,
  byShape: Calls<Inputs>,
): Calls<Inputs> {
  const graphs = new WeakMap<OnnxRuntimeBackend, Map<string, CompiledShapes>>();
  const opened = new Set<DynamicGraph>();
  const shapeText = (place: string, shape: readonly number[]): string =>
    shape.map((size, axis) => dynamicAxes[place]?.[axis] ?? size).join();
  const call: Calls<Inputs>["call"] = (backend, executor, inputs, only) => {
    // A GPU's memory is allocated before a run, so the shapes of the results must be known.
    if (executor.pool.remote !== undefined) return byShape.call(backend, executor, inputs, only);
    let known = graphs.get(backend);
    if (known === undefined) {
      graphs.set(backend, (known = new Map<string, CompiledShapes>()));
      for (const graph of opened) close(graph); // of a backend that this one has replaced
    }
    const { key, tensors } = callArguments(inputs, shapeText);
    checkAxes(tensors, dynamicAxes);
    if (hasEmpty(tensors)) return called(fn, inputs, only);
    executor.flush();
    const shapes = [...tensors.values()].map(({ shape }) => shape.join()).join(";");
    let entry = known.get(key);
    const isOther = entry?.shapes !== undefined && entry.shapes !== shapes;
    if (entry?.graph.isCurrent(backend) !== true || isOther) {
      const alone = entry === undefined ? firstShapesAlone : entry.shapes === shapes;
      if (entry !== undefined) close(entry.graph);
      known.delete(key);
      const graph = new DynamicGraph(backend, executor, fn as never, inputs, tensors, alone ? {} : dynamicAxes);
      opened.add(graph);
      known.set(key, (entry = { graph, shapes: alone ? shapes : undefined }));
    }
    const { graph } = entry;
    if (graph.makesEmpty(tensors)) return called(fn, inputs, only);
    return graph.run(backend, tensors, only);
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
