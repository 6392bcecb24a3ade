import * as tf from "@tensorflow/tfjs-core";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { OnnxRuntimeBackend } from "./backend.ts";
import { Source } from "./graph/data.ts";
import { detached, type Plan } from "./graph/plan.ts";
import { Executor, type Stats } from "./graph/executor.ts";
import type { Storage } from "./graph/storage.ts";
import type { TensorType } from "./graph/types.ts";

/** What a compiled function may return. */
export type CompiledOutput = tf.Tensor | readonly tf.Tensor[] | Readonly<Record<string, tf.Tensor>>;

/** Where the numbers of an input of the graph, or of a result, come from at a call. */
type Origin =
  | { readonly argument: number }
  | { readonly variable: tf.Variable }
  | { readonly storage: Storage; readonly type: TensorType }
  | { readonly output: number };

/** What a function did with arguments of certain types and shapes. */
interface Trace {
  readonly plan: Plan;
  /** Of the plan's inputs. */
  readonly origins: readonly Origin[];
  readonly results: readonly { readonly origin: Origin; readonly shape: number[] }[];
  /** The results as the function returns them. */
  readonly assemble: (tensors: readonly tf.Tensor[]) => CompiledOutput;
}

/**
 * The same function, followed once for each combination of argument shapes and from then on replayed as one run of its
 * graph, without calling `fn`. The values of variables are those at the call; what else `fn` reads (other tensors,
 * numbers, random draws) stays as it was when it was followed. With another backend active it is `fn` itself.
 *
 * A call runs at once, also what waited before it; results are the caller's to dispose. Shapes are told apart without
 * end: pad to few lengths.
 *
 * It is not differentiable: train with `fn`.
 *
 * @param fn from any arguments made of tensors, plain objects, arrays, numbers, strings, truth values and undefined, to a
 *   tensor, an array or an object of tensors; it must not be async. Arguments that are not tensors are told apart like
 *   shapes.
 * @throws where `fn` reads numbers of tensors, or needs a kernel that runs in JavaScript, by name
 */
export function compile<Inputs extends readonly unknown[], Output extends CompiledOutput>(
  fn: (...inputs: Inputs) => Output,
): (...inputs: Inputs) => Output {
  const traces = new WeakMap<OnnxRuntimeBackend, Map<string, Trace>>();
  return (...inputs) => {
    const backend = tf.backend();
    if (!(backend instanceof OnnxRuntimeBackend) || !(backend.executor instanceof Executor) || following)
      return tf.tidy(() => fn(...inputs) as never) as Output;
    const { executor } = backend;
    let known = traces.get(backend);
    if (known === undefined) traces.set(backend, (known = new Map<string, Trace>()));
    const tensors: tf.Tensor[] = [];
    const key = inputs.map((input) => describe(input, tensors)).join(";");
    executor.flush();
    let trace = known.get(key);
    if (trace === undefined) known.set(key, (trace = follow(backend, executor, () => fn(...inputs), tensors)));
    return replay(backend, executor, trace, tensors) as Output;
  };
}

/** What tells a call's arguments apart from another's, as a text; collects the tensors among them. */
function describe(value: unknown, tensors: tf.Tensor[]): string {
  if (value instanceof tf.Tensor) {
    const first = tensors.indexOf(value);
    if (first >= 0) return `#${first}`;
    tensors.push(value);
    return `${value.dtype} ${value.shape.join()}`;
  }
  if (typeof value !== "object" || value === null) {
    if (typeof value !== "function" && typeof value !== "symbol") return `${typeof value} ${String(value)}`;
  } else if (Array.isArray(value)) return `[${value.map((item) => describe(item, tensors)).join()}]`;
  else if (Object.getPrototypeOf(value) === Object.prototype)
    return `{${Object.entries(value)
      .map(([name, item]) => `${JSON.stringify(name)}:${describe(item, tensors)}`)
      .join()}}`;
  throw new Error(
    `compile: an argument must be made of tensors, plain objects, arrays, numbers, strings, truth values and undefined, got ${typeof value === "object" ? value!.constructor.name : typeof value}. Let the function close over it.`,
  );
}

/** Inside a function that is being followed compiled functions are their own steps, as they are in an export. */
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
      source.storage!.exposed = true; // never used again for another tensor
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
      if (info instanceof tf.Variable) source.frozen = !info.trainable;
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
  for (const info of made) backend.disposeInfo(info); // the tensors hold them now, as views
  return assemble(tensors);
}

function takeApart(output: CompiledOutput): Pick<Trace, "assemble"> & { tensors: readonly tf.Tensor[] } {
  if (output instanceof tf.Tensor) return { tensors: [output], assemble: ([tensor]) => tensor! };
  const isList = Array.isArray(output);
  const entries = typeof output === "object" && output !== null ? Object.entries(output) : [];
  const tensors = entries.map(([, value]) => value as unknown);
  if (tensors.length === 0 || !tensors.every((value) => value instanceof tf.Tensor))
    throw new Error(
      `compile: the function must return a tensor, an array or an object of tensors, got ${output instanceof Promise ? "a promise" : typeof output}. Return tensors alone, without await.`,
    );
  const names = entries.map(([name]) => name);
  return {
    tensors,
    assemble: (made) => (isList ? made : Object.fromEntries(names.map((name, i) => [name, made[i]!]))),
  };
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
      "compile: the function reads numbers of tensors (data, dataSync, array, print), or does so much that it ran in part. Compute with tensors alone, or compile smaller parts.",
    );
}
