import { messageOf } from "@bertkit/checks";
import type { RecordedNode } from "../record/source.ts";

/**
 * Prefix of the names of a recorded kernel's ONNX nodes, by its position in the plan: ONNX Runtime's messages have
 * them.
 */
export function nodeName(index: number): string {
  return `kernel ${index}`;
}

/**
 * An error that names the kernel, its shapes and its position in the caller's code if ONNX Runtime says which kernel
 * failed, else all kernels of the graph.
 */
export function describeFailure(nodes: readonly RecordedNode[], error: unknown): Error {
  const reason = messageOf(error);
  const index = /kernel (\d+)/.exec(reason)?.[1];
  const node = index === undefined ? undefined : nodes[Number(index)];
  const what = node === undefined ? `a graph of ${kernelsOf(nodes)}` : describe(node);
  const fix = /alloc|memory/i.test(reason)
    ? "Free tensors, or work on smaller batches."
    : "Call tf.enableDebugMode() to have it thrown where the kernel is called.";
  return new Error(`backend-onnxruntime: ONNX Runtime could not run ${what}: "${reason}". ${fix}`, {
    cause: error,
  });
}

function describe({ signature }: RecordedNode): string {
  const shapes = signature.inputTypes.map(({ dtype, shape }) => `${dtype} [${shape}]`);
  const results = signature.outputTypes.map(({ dtype, shape }) => `${dtype} [${shape}]`);
  const site = signature.site === undefined ? "" : `, first called like this at ${signature.site}`;
  return `${signature.operation.name} of ${shapes.join(", ") || "nothing"} to ${results.join(", ")}${site}`;
}

function kernelsOf(nodes: readonly RecordedNode[]): string {
  const names = [...new Set(nodes.map(({ signature }) => signature.operation.name))];
  return names.length > 12 ? `${names.slice(0, 12).join(", ")} and ${names.length - 12} others` : names.join(", ");
}
