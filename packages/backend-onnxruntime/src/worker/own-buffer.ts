import * as tf from "@tensorflow/tfjs-core";
import { OnnxRuntimeBackend } from "../backend.ts";
import { PlainData } from "../record/data.ts";
import type { OwnBuffer } from "./message.ts";

/** The memory of tensors on this backend. */
export const ownBuffer: OwnBuffer = ({ dataId }) => {
  const backend = tf.backend();
  if (!(backend instanceof OnnxRuntimeBackend)) return undefined;
  const data = backend.dataOf(dataId);
  if (data instanceof PlainData || data.references > 1 || data.quantized !== undefined) return undefined;
  const storage = backend.executor.storageOf(data.source);
  if (storage.remote === true) return undefined;
  const { values, exposed, kept, resident } = storage;
  const { buffer } = values;
  const whole = buffer instanceof ArrayBuffer && buffer.byteLength === values.byteLength;
  return whole && !exposed && kept !== true && resident !== true ? buffer : undefined;
};
