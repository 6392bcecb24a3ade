import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import { tracedInput } from "../export/trace/trace-executor.ts";
import { temporaryInfo, type Data } from "../record/data.ts";
import { noAttributes, operation, type Operation } from "../record/operation.ts";
import type { Source } from "../record/source.ts";
import { computedValues } from "../record/storage.ts";
import { tensorType } from "../record/types.ts";
import { negativeId } from "../run/describe-failure.ts";

/** Sums of two smaller ids cannot overflow. */
const limitOfSummands = 2 ** 30;

/** ONNX counts negative ids from the end; `negativeId` is out of range everywhere. */
const rejectNegativeOperation: Operation = operation("RejectNegative", (graph, [ids], [valid]) => {
  graph.op("Where", [graph.op("Less", [ids!, graph.int32(0)]), graph.int32(negativeId), ids!], {}, valid);
});

/**
 * Ids of which none can be negative in the run: pending ids that may be are replaced by ids that ONNX Runtime rejects. A
 * GPU rejects none, so there they stay as they are.
 *
 * @param ids int32
 * @returns only for recording: it must not be disposed
 */
export function withoutNegative(
  backend: Pick<OnnxRuntimeBackend, "executor" | "numeric">,
  ids: TensorInfo,
): TensorInfo {
  const data = backend.numeric(ids);
  if (backend.executor.onWebgpu || !mayBeNegative(data)) return ids;
  const type = tensorType("int32", ids.shape);
  const valid = backend.executor.recorder.record(
    rejectNegativeOperation,
    noAttributes,
    [data.source],
    [type],
    [type],
  )[0]!;
  valid.held = false;
  return temporaryInfo(valid, type);
}

/**
 * The same, and checks ids in memory.
 *
 * @param ids int32 [..., depth], or any shape with one limit
 * @param limits the size of each axis that the ids index
 * @throws if an id in memory is negative, or not below its limit
 */
export function validIds(
  backend: OnnxRuntimeBackend,
  kernel: string,
  ids: TensorInfo,
  limits: readonly number[],
): TensorInfo {
  const values = computedValues(backend.numeric(ids).source.storage);
  for (let i = 0; i < (values?.length ?? 0); i++) {
    const [id, axis] = [values![i]!, i % limits.length];
    if (id >= 0 && id < limits[axis]!) continue;
    const along = limits.length === 1 ? "" : ` along axis ${axis}`;
    throw new Error(
      `${kernel}: the index value ${id} is not in [0, ${limits[axis]! - 1}]${along}. Check the ids against the size of what they index.`,
    );
  }
  return withoutNegative(backend, ids);
}

/** Operations of which no result is negative if every operand is an index, or one is. */
const ofIndices: Readonly<Record<string, "every" | "some">> = { Add: "every", Concat: "every", Max: "some" };

/**
 * Whether ids that are pending may be negative. Inputs of a traced function may not, because its caller checks them, nor
 * may sums of ids, such as positions in a batch of sequences, or labels that are at least 0.
 */
export function mayBeNegative({ source, fill }: Data): boolean {
  const { storage, node } = source;
  if (fill !== undefined) return fill < 0;
  if (storage !== undefined || node?.signature.operation === tracedInput) return false;
  const needed = node && ofIndices[node.signature.operation.name];
  return needed === undefined || !node!.inputs[needed](areIndices);
}

/** Whether none can be negative, and no sum of two can overflow. */
function areIndices({ storage, node }: Source): boolean {
  const isIndex = (id: number): boolean => id >= 0 && id < limitOfSummands;
  return node?.signature.operation === tracedInput || computedValues(storage)?.every(isIndex) === true;
}
