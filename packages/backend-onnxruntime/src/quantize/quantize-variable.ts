import * as tf from "@tensorflow/tfjs-core";
import { OnnxRuntimeBackend } from "../backend.ts";
import { borrowValues } from "../read-data.ts";
import type { Data } from "../record/data.ts";
import { Source } from "../record/source.ts";
import { byteType, tensorType, type TensorType, type Values } from "../record/types.ts";
import { quantizeMatrix } from "./quantize-matrix.ts";

/**
 * Quantizes a matrix to bytes, with a scale for each row or column: a quarter of the memory. Reading it gives the
 * rounded values. In functions that `compile` with `dynamicAxes` or `exportOnnx` traces, products and lookups use the
 * bytes; elsewhere each use computes the values first. The variable becomes untrainable. Assigning to it makes it an
 * ordinary variable again.
 *
 * @param variable float32 [rows, columns], on the Node backend
 * @param axis 0: a scale for each row, for tables of vectors; 1: for each column, for kernels of dense layers
 * @throws if the Node backend is not active, or the variable is not a float32 matrix
 */
export function quantizeVariable(variable: tf.Variable, axis: 0 | 1): void {
  const backend = tf.backend();
  if (!(backend instanceof OnnxRuntimeBackend) || backend.executor.pool.hold !== undefined)
    throw new Error(`quantizeVariable: needs the Node backend, got ${tf.getBackend()}. Set it first.`);
  if (variable.dtype !== "float32" || variable.rank !== 2)
    throw new TypeError(
      `quantizeVariable: the variable must be a float32 matrix, got ${variable.dtype} [${variable.shape}].`,
    );
  const data = backend.numeric(variable);
  if (data.quantized !== undefined) return;
  const shape = variable.shape as [number, number];
  const { bytes, scales } = quantizeMatrix(borrowValues(backend.executor, data) as Float32Array, shape, axis);
  const kept = (values: Values, type: TensorType): Source => {
    const source = new Source(type);
    source.storage = { values, exposed: true };
    return source;
  };
  const own = backend.dataOf(variable.dataId) as Data;
  own.quantized = {
    bytes: kept(bytes, byteType(shape)),
    scales: kept(scales, tensorType("float32", [scales.length])),
    axis,
  };
  own.source = new Source(data.type); // the old values are freed, not returned to the pool
  variable.trainable = false;
}
