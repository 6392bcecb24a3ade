import {
  arrayOf,
  callable,
  checkObject,
  checkOptions,
  checkTensor,
  checkValue,
  listOf,
  object,
  oneOf,
  text,
  trueOrFalse,
  wholeNumber,
  type Rules,
} from "@bertkit/checks";
import type * as tf from "@tensorflow/tfjs-core";
import { nativeExecutor } from "../native/native-executor.ts";
import { traceToOnnx, type OnnxExportOptions } from "./trace-to-onnx.ts";
import type { TracedFunction } from "./trace/trace.ts";
import { nameValues } from "./write/name-values.ts";
import { type OnnxExport, writeFileParts } from "./write/write-file-parts.ts";

const rules: Rules<OnnxExportOptions> = {
  dynamicAxes: object("an object of axes by input"),
  int64Inputs: arrayOf("input names", text),
  weightNames: listOf("[name, tensor]"),
  opset: wholeNumber(17, 22),
  dtype: oneOf(["fp32", "q8"]),
  customOperators: trueOrFalse,
  externalData: text,
};

/**
 * Exports a function of tensors as a standard ONNX model, with the weights that it uses, for any ONNX runtime.
 *
 * The function is traced, not run, at several sizes of the dynamic axes; what differs between traces becomes arithmetic
 * on the inputs' shapes. It must take the same steps at every size, read no values of tensors, and change no variable.
 * Works with any active backend.
 *
 * @param run from tensors by name to one tensor (called "output") or tensors by name
 * @param exampleInputs a tensor for each input; only its dtype and shape are used
 * @throws if a kernel has no operator, if the function assigns a variable, if the steps depend on a dynamic axis, or if the model is too large
 */
export function exportOnnx(
  run: TracedFunction,
  exampleInputs: Readonly<Record<string, tf.Tensor>>,
  options?: OnnxExportOptions,
): OnnxExport;
export function exportOnnx<Inputs extends { readonly [Name in keyof Inputs]: tf.Tensor }>(
  run: (inputs: Inputs) => ReturnType<TracedFunction>,
  exampleInputs: NoInfer<{ readonly [Name in keyof Inputs]: tf.Tensor }>,
  options?: OnnxExportOptions,
): OnnxExport;
export function exportOnnx(
  run: TracedFunction,
  exampleInputs: Readonly<Record<string, tf.Tensor>>,
  options: OnnxExportOptions = {},
): OnnxExport {
  checkValue("exportOnnx", "run", run, callable, "Pass a function from tensors by name to tensors.");
  checkObject("exportOnnx", "exampleInputs", exampleInputs, "tensors by their names");
  for (const [name, input] of Object.entries(exampleInputs)) checkTensor("exportOnnx", name, input);
  checkOptions("exportOnnx", options, rules);
  const { opset = 17, customOperators = false, externalData } = options;
  return traceToOnnx(nativeExecutor(), run, exampleInputs, options, ({ graph, weightNames }) =>
    writeFileParts(nameValues(graph, weightNames), { opset, customOperators, externalData }),
  );
}
