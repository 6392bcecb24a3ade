import * as tf from "@tensorflow/tfjs-core";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import { detached, type Plan } from "../record/plan.ts";
import { Source } from "../record/source.ts";
import type { Storage } from "../record/storage.ts";
import type { TensorType } from "../record/types.ts";
import type { Executor } from "../run/executor.ts";
import type { Stats } from "../run/stats.ts";
import { takeApart, type CompiledOutput } from "./results.ts";

/** Where the values of a graph input, or of a result, come from in a call. */
type Origin =
  | { readonly argument: number }
  | { readonly variable: tf.Variable }
  | { readonly storage: Storage; readonly type: TensorType }
  | { readonly output: number };

/** The trace of a function for arguments of certain types and shapes. */
export interface Trace {
  readonly plan: Plan;
  /** The sources of the plan's inputs. */
  readonly origins: readonly Origin[];
  readonly results: readonly { readonly origin: Origin; readonly shape: number[] }[];
  /** The results as the function returns them. */
  readonly assemble: (tensors: readonly tf.Tensor[]) => CompiledOutput;
}

let tracing = false;

/** Whether a function is being traced: compiled functions that it calls then run their own steps, as in an export. */
export function isTracing(): boolean {
  return tracing;
}

/** Calls the function once, without running its kernels. */
export function traceOf(
  backend: OnnxRuntimeBackend,
  executor: Executor,
  fn: () => CompiledOutput,
  inputs: readonly tf.Tensor[],
): Trace {
  const before = { ...backend.stats(), reads: backend.reads };
  tracing = true;
  let outputs: CompiledOutput;
  try {
    outputs = tf.tidy(() => fn() as tf.TensorContainer) as CompiledOutput;
  } finally {
    tracing = false;
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

/** Runs a trace with other arguments. */
export function replay(
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
