import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import { temporaryInfo } from "../record/data.ts";
import { sameShape, tensorType, type NumericType } from "../record/types.ts";

/** Notes that `repeated` is `info` broadcast, so that an element-wise kernel may read the smaller one. */
export function noteBroadcast(backend: OnnxRuntimeBackend, repeated: TensorInfo, info: TensorInfo): void {
  const data = backend.numeric(repeated);
  data.broadcastOf = backend.numeric(info).source;
  data.broadcastType = tensorType(info.dtype as NumericType, info.shape);
}

/** The smaller tensor, if `info` is a broadcast that has not run: until then the smaller tensor's memory exists. */
export function beforeBroadcast(backend: OnnxRuntimeBackend, info: TensorInfo): TensorInfo {
  const { source, type, broadcastOf, broadcastType } = backend.numeric(info);
  if (broadcastOf === undefined || source.node === undefined || !sameShape(type.shape, info.shape)) return info;
  return temporaryInfo(broadcastOf, broadcastType!);
}
