import * as tf from "@tensorflow/tfjs-core";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import { withoutAssignments } from "../export/trace/held-variables.ts";
import { idChecks, type CheckValues, type IdCheck } from "../export/trace/id-checks.ts";
import { Data, type QuantizedSource } from "../record/data.ts";
import { detached, plan, type Plan } from "../record/plan.ts";
import { noVariable, Source } from "../record/source.ts";
import { computedValues, type Storage } from "../record/storage.ts";
import type { TensorType } from "../record/types.ts";
import type { Executor } from "../run/executor.ts";
import type { Stats } from "../run/stats.ts";
import { takeApart, type CompiledOutput, type Results } from "./results.ts";
import { StandIns } from "./stand-ins.ts";
import { storageOf } from "./storage-of.ts";
import { tracedVariables } from "./traced-variables.ts";

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
  /** The variables that the plan reads, and their bytes if they were quantized. */
  readonly variables: readonly { readonly variable: tf.Variable; readonly quantized: QuantizedSource | undefined }[];
  /** The checks of the ids that are arguments. */
  readonly ids: readonly { readonly argument: number; readonly count: number; readonly check: CheckValues }[];
  /** The results as the function returns them. */
  readonly assemble: (tensors: readonly tf.Tensor[]) => CompiledOutput;
}

let tracing = false;

/** Whether a function is being traced: compiled functions that it calls then run their own steps, as in an export. */
export function isTracing(): boolean {
  return tracing;
}

/**
 * Calls the function once with stand-ins for the tensors, without running its kernels.
 * @throws if it needs kernels that no graph has, reads values, or assigns a variable
 */
export function traceOf(
  backend: OnnxRuntimeBackend,
  executor: Executor,
  fn: (standInOf: (tensor: tf.Tensor) => tf.Tensor) => CompiledOutput,
  tensors: readonly tf.Tensor[],
): Trace {
  const attempt = (isLast: boolean): Trace | undefined => {
    let trace: Trace | undefined;
    tf.tidy(() => {
      const standIns = new StandIns(backend);
      try {
        trace = traceWith(standIns, backend, executor, fn, tensors, isLast);
      } finally {
        executor.flush(); // computes what an incomplete trace kept, and drops the rest
        standIns.end();
      }
    });
    return trace; // not returned by tidy, which would search all of it for tensors
  };
  return attempt(false) ?? attempt(true)!;
}

/**
 * @param isLast otherwise the result is undefined if the function moved variables of another backend here, or made some:
 *   they had no stand-ins
 */
function traceWith(
  standIns: StandIns,
  backend: OnnxRuntimeBackend,
  executor: Executor,
  fn: (standInOf: (tensor: tf.Tensor) => tf.Tensor) => CompiledOutput,
  tensors: readonly tf.Tensor[],
  isLast: boolean,
): Trace | undefined {
  const origins = new Map<Source, Origin>();
  const given = new Map(tensors.map((tensor) => [tensor, standIns.of(tensor)]));
  [...given.values()].forEach((tensor, argument) => origins.set(backend.numeric(tensor).source, { argument }));
  const variables = tracedVariables(backend);
  for (const { variable, data } of variables) {
    if (data.quantized !== undefined) continue;
    if (data.references > 1) standIns.replace(variable);
    origins.set(backend.numeric(variable).source, { variable });
  }
  const { results: made, noted } = recorded(backend, () => fn((tensor) => given.get(tensor)!));
  const returned = new Set(made.tensors.map((tensor) => backend.numeric(tensor).source));
  const keeps = executor.recorder.pending.some(({ outputs }) => outputs.some((one) => one.held && !returned.has(one)));
  const known = new Set(variables.map(({ variable }) => variable));
  const later = tracedVariables(backend).filter(({ variable }) => !known.has(variable));
  if (!isLast && later.length > 0 && later.every(({ data }) => data.source.storage !== undefined)) return undefined;
  for (const { variable, data } of later) origins.set(data.source, { variable });
  const originOf = (source: Source): Origin => {
    let origin = origins.get(source);
    if (origin === undefined) {
      const storage = steadyStorage(executor, source);
      standIns.keep(storage);
      origins.set(source, (origin = { storage, type: source.type }));
    }
    return origin;
  };
  if (keeps) executor.execute(plan(executor.recorder.pending)); // what the function keeps is used after the trace
  const planned = executor.capture(originOf);
  planned.outputs.forEach((source, output) => origins.set(source, { output }));
  const quantized = variables.flatMap(({ variable, data }) =>
    data.quantized === undefined ? [] : [{ variable, data, quantized: data.quantized }],
  );
  const results = made.tensors.map((tensor) => {
    const whole = quantized.find(({ data }) => data === tensor.dataId);
    const origin = whole ? { variable: whole.variable } : originOf(backend.numeric(tensor).source);
    return { origin, shape: [...tensor.shape] };
  });
  const used = new Set(planned.inputs);
  const read = [
    ...planned.inputs.flatMap((source) => {
      const origin = originOf(source);
      return "variable" in origin ? [{ variable: origin.variable, quantized: undefined }] : [];
    }),
    ...quantized.filter(({ quantized: { bytes } }) => used.has(bytes)),
  ].map(({ variable, quantized: bytes }) => ({ variable, quantized: bytes }));
  const ids = idChecks(noted, planned.nodes).flatMap(({ source, count, check }) => {
    const origin = origins.get(source);
    return origin !== undefined && "argument" in origin ? [{ argument: origin.argument, count, check }] : [];
  });
  const { assemble } = made;
  const inputs = planned.inputs.map(originOf);
  return { plan: detached(planned), origins: inputs, results, variables: read, ids, assemble };
}

interface Recorded {
  readonly results: Results;
  readonly noted: readonly IdCheck[];
}

/** Calls the function, which must only record kernels. */
function recorded(backend: OnnxRuntimeBackend, fn: () => CompiledOutput): Recorded {
  const before = { ...backend.stats(), reads: backend.reads };
  const noted: IdCheck[] = [];
  let results: Results;
  tf.tidy(() => {
    backend.idChecks = noted;
    tracing = true;
    try {
      results = takeApart(withoutAssignments("compile", fn));
    } finally {
      tracing = false;
      backend.idChecks = undefined;
    }
    checkNothingRan(before, { ...backend.stats(), reads: backend.reads });
    return [...results.tensors];
  });
  return { results: results!, noted };
}

/** Memory with the source's values that nothing changes: an optimizer changes its own in place. */
function steadyStorage(executor: Executor, source: Source): Storage {
  const storage = executor.storageOf(source);
  if (storage.resident !== true) return storage;
  const copy = executor.pool.take(source.type);
  copy.values.set(storage.values);
  return copy;
}

/** Whether the variables that a trace reads as bytes are still these bytes, and no others are bytes. */
export function isCurrent(backend: OnnxRuntimeBackend, { variables }: Trace): boolean {
  return variables.every(({ variable, quantized }) => {
    const data = variable.isDisposed ? undefined : backend.dataOf(variable.dataId);
    return !(data instanceof Data) || data.quantized === quantized;
  });
}

/** Runs a trace with other arguments. */
export function replay(
  backend: OnnxRuntimeBackend,
  executor: Executor,
  trace: Trace,
  inputs: readonly tf.Tensor[],
): CompiledOutput {
  const { plan, origins, results, ids, assemble } = trace;
  for (const { argument, count, check } of ids) {
    const values = computedValues(storageOf(backend, executor, inputs[argument]!));
    if (values !== undefined) check(values, count);
  }
  const infoOf = (origin: { argument: number } | { variable: tf.Variable }): TensorInfo =>
    "argument" in origin ? inputs[origin.argument]! : origin.variable;
  plan.inputs.forEach((source, i) => {
    const origin = origins[i]!;
    if ("storage" in origin) source.storage = origin.storage;
    else if (!("output" in origin)) {
      const info = infoOf(origin);
      source.storage = storageOf(backend, executor, info);
      const variable = info instanceof tf.Variable ? info : undefined;
      source.frozen = variable?.trainable === false;
      source.variable = variable?.id ?? noVariable;
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
