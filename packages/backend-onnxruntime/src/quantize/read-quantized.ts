import { Data, type QuantizedSource } from "../record/data.ts";
import type { Recorder } from "../record/recorder.ts";
import { Source } from "../record/source.ts";
import type { Executor } from "../run/executor.ts";
import type { TensorType } from "../record/types.ts";
import { dequantize } from "./dequantize.ts";
import { dequantizeMatrix } from "./quantize-matrix.ts";

/** Records the computation of a quantized matrix's values for one kernel that reads them; they are not kept. */
export function recordDequantize(recorder: Recorder, type: TensorType, quantized: QuantizedSource): Data {
  const { bytes, scales, axis } = quantized;
  const inputs = [bytes, scales];
  const types = inputs.map((source) => source.type);
  const source = recorder.record(dequantize, { axis }, inputs, types, [type])[0]!;
  source.held = false;
  const data = new Data(source, type);
  data.quantized = quantized;
  return data;
}

/** The values of a quantized matrix, float32 [rows, columns]. */
export function quantizedValues(
  executor: Pick<Executor, "storageOf">,
  { shape }: TensorType,
  { bytes, scales, axis }: QuantizedSource,
): Float32Array {
  const matrix = {
    bytes: executor.storageOf(bytes).values as Uint8Array,
    scales: executor.storageOf(scales).values as Float32Array,
  };
  return dequantizeMatrix(matrix, shape as [number, number], axis);
}

/** The same bytes and scales for another backend. */
export function copyOfQuantized({ bytes, scales, axis }: QuantizedSource): QuantizedSource {
  const copyOf = ({ type, storage }: Source): Source => {
    const copy = new Source(type);
    copy.storage = { values: storage!.values.slice(), exposed: true };
    return copy;
  };
  return { bytes: copyOf(bytes), scales: copyOf(scales), axis };
}
