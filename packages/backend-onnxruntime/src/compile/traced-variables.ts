import * as tf from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import { Data } from "../record/data.ts";

export interface TracedVariable {
  readonly variable: tf.Variable;
  readonly data: Data;
}

/**
 * The variables of numbers in this backend. Kernels no longer know if all values of one are 0 or 1: they would leave the
 * variable out of a trace, which later values need.
 */
export function tracedVariables(backend: OnnxRuntimeBackend): TracedVariable[] {
  return Object.values(tf.engine().registeredVariables).flatMap((variable) => {
    const data = backend.holds(variable.dataId) ? backend.dataOf(variable.dataId) : undefined;
    if (!(data instanceof Data)) return [];
    data.fill = undefined;
    return [{ variable, data }];
  });
}
