import * as tf from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../../backend.ts";
import type { Source, RecordedNode } from "../../record/source.ts";
import { noAttributes } from "../../record/operation.ts";
import { tensorType, type NumericType, type TensorType } from "../../record/types.ts";
import { withoutAssignments } from "./held-variables.ts";
import { idChecks, type CheckValues } from "./id-checks.ts";
import { tracedInput, type TraceExecutor } from "./trace-executor.ts";

/**
 * The function to export. Takes tensors by name, and returns one tensor, which is called "output", or tensors by name.
 */
export type TracedFunction = (inputs: Record<string, tf.Tensor>) => tf.Tensor | Record<string, tf.Tensor>;

/** A function's trace at one set of sizes. */
export interface Trace {
  /** The sizes of the dynamic axes. */
  readonly sizes: readonly number[];
  readonly inputs: ReadonlyMap<string, Source>;
  /** The nodes that the outputs depend on, in order of recording. */
  readonly nodes: readonly RecordedNode[];
  readonly outputs: ReadonlyMap<string, { readonly source: Source; readonly type: TensorType }>;
  /** The kernels that it called, with the types of their inputs. */
  readonly calls: readonly string[];
  /** The checks of the ids that are inputs. */
  readonly ids: readonly { readonly input: string; readonly count: number; readonly check: CheckValues }[];
}

/**
 * Traces the function once, with placeholders of these types as inputs; twice if it kept tensors, which the second
 * trace reads.
 * @throws if it assigns a variable
 */
export function trace(
  backend: OnnxRuntimeBackend,
  run: TracedFunction,
  types: ReadonlyMap<string, TensorType>,
  sizes: readonly number[],
): Trace {
  const executor = backend.executor as TraceExecutor;
  let kept = false;
  const attempt = (): Trace => {
    executor.recorder.pending = [];
    executor.calls = [];
    backend.idChecks = [];
    try {
      return traceOnce(backend, run, types, sizes);
    } finally {
      kept = executor.computeKept();
      executor.recorder.pending = [];
      backend.idChecks = undefined;
    }
  };
  const traced = attempt();
  return kept ? attempt() : traced;
}

function traceOnce(
  backend: OnnxRuntimeBackend,
  run: TracedFunction,
  types: ReadonlyMap<string, TensorType>,
  sizes: readonly number[],
): Trace {
  const { recorder, calls } = backend.executor as TraceExecutor;
  let traced: Trace | undefined;
  tf.tidy(() => {
    const infos = [...types.values()].map((type) => backend.recordMany(tracedInput, noAttributes, [], [type])[0]!);
    const tensors = infos.map((info) => tf.engine().makeTensorFromTensorInfo(info, backend));
    const names = [...types.keys()];
    const inputs = new Map(names.map((name, i) => [name, backend.numeric(infos[i]!).source]));
    const given = Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
    const result = withoutAssignments("exportOnnx", () => run(given));
    const outputs = new Map(
      Object.entries(namedOutputs(result)).map(([name, tensor]) => [name, outputOf(backend, name, tensor)]),
    );
    const nodes = neededNodes(
      recorder.pending,
      [...outputs.values()].map(({ source }) => source),
    );
    const nameOf = new Map([...inputs].map(([name, source]) => [source, name]));
    const ids = idChecks(backend.idChecks ?? [], nodes).flatMap(({ source, count, check }) => {
      const input = nameOf.get(source);
      return input === undefined ? [] : [{ input, count, check }];
    });
    traced = { sizes, inputs, nodes, outputs, calls, ids }; // not returned: tidy would search all of it for tensors
  });
  return traced!;
}

function namedOutputs(result: unknown): Record<string, tf.Tensor> {
  if (result instanceof tf.Tensor) return { output: result };
  const isRecord = typeof result === "object" && result !== null && !Array.isArray(result);
  const entries = isRecord ? Object.entries(result).filter(([, value]) => value !== undefined) : [];
  if (entries.length === 0 || !entries.every(([, value]) => value instanceof tf.Tensor)) {
    const got = result instanceof Promise ? "a promise" : entries.map(([name]) => name).join(", ") || typeof result;
    throw new Error(
      `exportOnnx: the function must return a tensor, or an object of tensors by output name, got ${got}. Return { logits } or the like, without await.`,
    );
  }
  return Object.fromEntries(entries) as Record<string, tf.Tensor>;
}

function outputOf(backend: OnnxRuntimeBackend, name: string, tensor: tf.Tensor): { source: Source; type: TensorType } {
  if (tensor.dtype === "string" || tensor.dtype === "complex64")
    throw new Error(`exportOnnx: the output ${name} is ${tensor.dtype}. Return float32, int32 or bool.`);
  return {
    source: backend.numeric(tensor).source,
    type: tensorType(tensor.dtype as NumericType, tensor.shape),
  };
}

function neededNodes(pending: readonly RecordedNode[], outputs: readonly Source[]): RecordedNode[] {
  const needed = new Set<RecordedNode>();
  const open = [...outputs];
  for (let source = open.pop(); source !== undefined; source = open.pop()) {
    if (source.storage !== undefined || source.node === undefined || needed.has(source.node)) continue;
    needed.add(source.node);
    open.push(...source.node.inputs);
  }
  return pending.filter((node) => needed.has(node) && node.signature.operation !== tracedInput);
}
