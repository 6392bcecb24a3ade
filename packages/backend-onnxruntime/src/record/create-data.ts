import * as tf from "@tensorflow/tfjs-core";
import { Data, PlainData } from "./data.ts";
import { Source } from "./source.ts";
import { allocate, type TensorMemory } from "./storage.ts";
import { exactArray, tensorType, type NumericType, type Values } from "./types.ts";

/** Data of these values; the array is kept if it has the dtype's type, otherwise it is converted. */
export function dataOfValues(memory: TensorMemory, values: Values, shape: readonly number[], dtype: NumericType): Data {
  const source = new Source(tensorType(dtype, shape));
  const exact = exactArray(values, dtype);
  source.storage = memory.hold?.(exact) ?? { values: exact, exposed: true };
  return new Data(source, source.type);
}

/** Data in the sessions' own memory; `fill` must write all of it. */
export function filledData(
  memory: TensorMemory,
  shape: readonly number[],
  dtype: NumericType,
  fill: (values: Values) => void,
): Data {
  const source = new Source(tensorType(dtype, shape));
  if (memory.hold === undefined) {
    source.storage = memory.take(source.type);
    fill(source.storage.values);
  } else {
    const values = allocate(dtype, source.type.size);
    fill(values);
    source.storage = memory.hold(values);
  }
  return new Data(source, source.type);
}

/**
 * Data of complex numbers.
 * @param values each real part is followed by its imaginary part
 * @param make data of the real or imaginary parts
 */
export function complexData(
  values: Float32Array,
  shape: readonly number[],
  make: (part: Float32Array) => Data,
): PlainData {
  const { real, imag } = tf.backend_util.splitRealAndImagArrays(values);
  return new PlainData(shape, { real: make(real), imaginary: make(imag) });
}
