import type { DropoutMaskAttributes } from "@bertkit/ops";
import type { KernelFunc } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import { anyShapeOperation, type Operation } from "../record/operation.ts";
import type { FusedKernel } from "../kernels/fused-kernel.ts";
import { Source } from "../record/source.ts";
import { tensorType } from "../record/types.ts";
import { fillMask } from "./mask-loop.ts";

/** bool: false where dropped. One byte per element, because a training step keeps all its masks until it ends. */
export const dropoutMaskKernel: KernelFunc = ({ backend, attrs }) => {
  const { shape, threshold, seed } = attrs as unknown as DropoutMaskAttributes;
  const own = backend as OnnxRuntimeBackend;
  if (shape.includes(0)) return own.make(new Uint8Array(), shape, "bool");
  const { remote } = own.executor.pool;
  if (remote === undefined) return own.makeBytes(shape, (values) => fillMask(values, threshold, seed));
  const source = new Source(tensorType("bool", shape));
  source.storage = remote.dropoutMask(source.type, threshold, seed);
  return own.fromSource(source);
};

const unsignedByte = 2;
const signedByte = 3;

/**
 * x where the mask is true, times `kept`, else 0. The gradient has another type, `backward`: otherwise ONNX Runtime
 * would merge the mask cast to float in forward and backward, and keep it in between, which takes four times the mask's
 * memory.
 */
const dropoutOperation: Operation<{ readonly kept: number; readonly backward: boolean }> = anyShapeOperation(
  "Dropout",
  (graph, [x, mask], [y], { attributes: { kept, backward } }) => {
    // WebGPU has no kernel that casts to bytes.
    if (graph.onWebgpu)
      return void graph.op("Where", [mask!, graph.op("Mul", [x!, graph.float(kept)]), graph.float(0)], {}, y);
    const bytes = graph.op("Cast", [mask!], { to: backward ? signedByte : unsignedByte });
    graph.op("Mul", [x!, graph.op("DequantizeLinear", [bytes, graph.float(kept)])], {}, y);
  },
);

export const dropout: FusedKernel<"BertkitDropout"> = (backend, { x, mask }, attributes) =>
  backend.record(dropoutOperation, attributes, [x, mask], "float32", x.shape);
