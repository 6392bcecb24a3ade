import { messageOf } from "@bertkit/checks";
import type { RecordedNode } from "../record/source.ts";

/** What stands for a negative id in a graph, because ONNX counts others from the end: it is out of range everywhere. */
export const negativeId: number = -(2 ** 31);

/**
 * Prefix of the names of a recorded kernel's ONNX nodes, by its position in the plan: ONNX Runtime's messages have
 * them.
 */
export function nodeName(index: number): string {
  return `kernel ${index}`;
}

/** The kernel that ONNX Runtime's error says has failed; undefined if it does not say. */
export function failedKernel(nodes: readonly RecordedNode[], error: unknown): RecordedNode | undefined {
  const index = /kernel (\d+)/.exec(messageOf(error))?.[1];
  return index === undefined ? undefined : nodes[Number(index)];
}

/**
 * An error that names the kernel, its shapes and its position in the caller's code if ONNX Runtime says which kernel
 * failed, else all kernels of the graph.
 */
export function describeFailure(nodes: readonly RecordedNode[], error: unknown): Error {
  const node = failedKernel(nodes, error);
  const graph = (): string =>
    `a graph of ${listOf([...new Set(nodes.map(({ signature }) => signature.operation.name))])}`;
  const what = node === undefined ? graph() : describe(node);
  return failure(what, error, "Call tf.enableDebugMode() to have it thrown where the kernel is called.");
}

/**
 * The same for a compiled function with dynamic axes.
 * @param kernels names, each once
 * @param inputs their types and shapes, as text
 */
export function describeCompiledFailure(kernels: readonly string[], inputs: readonly string[], error: unknown): Error {
  const what = `a compiled function of ${listOf(kernels)}, called with ${inputs.join(", ")}`;
  return failure(what, error, "Call the function itself, after tf.enableDebugMode(), to see where it fails.");
}

function failure(what: string, error: unknown, fix: string): Error {
  const reason = messageOf(error).replace(`${negativeId}`, `${negativeId} (a negative id)`);
  const cure = /alloc|memory/i.test(reason) ? "Free tensors, or work on smaller batches." : fix;
  return new Error(`backend-onnxruntime: ONNX Runtime could not run ${what}: "${reason}". ${cure}`, { cause: error });
}

function describe({ signature }: RecordedNode): string {
  const shapes = signature.inputTypes.map(({ dtype, shape }) => `${dtype} [${shape}]`);
  const results = signature.outputTypes.map(({ dtype, shape }) => `${dtype} [${shape}]`);
  const site = signature.site === undefined ? "" : `, first called like this at ${signature.site}`;
  return `${signature.operation.name} of ${shapes.join(", ") || "nothing"} to ${results.join(", ")}${site}`;
}

function listOf(names: readonly string[]): string {
  return names.length > 12 ? `${names.slice(0, 12).join(", ")} and ${names.length - 12} others` : names.join(", ");
}
