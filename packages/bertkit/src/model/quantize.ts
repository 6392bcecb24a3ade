import { variables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { loadNodeBackend } from "#compile";

export interface DtypeOptions {
  /**
   * "q8": weight matrices are bytes, a quarter of the memory, and pipelines compute with bytes (dynamic quantization).
   * Only for inference: these weights are frozen, and saving the model saves the rounded values. Needs the Node
   * backend. Default "fp32".
   */
  readonly dtype?: "fp32" | "q8";
}

/** TensorFlow.js's name of the Node backend. */
const quantizingBackend = "onnxruntime";

/** Smaller matrices are not quantized: that would save little memory. */
const minElements = 2 ** 14;

/** @throws unless the active backend supports weights as bytes */
export async function requireQuantization(where: string): Promise<void> {
  const backend = tf.getBackend();
  if (backend === quantizingBackend && (await loadNodeBackend()) !== undefined) return;
  throw new Error(
    `${where}: dtype "q8" only runs on the Node backend, got ${backend || "no backend"}. Call useBackend("node") first, or omit dtype.`,
  );
}

/**
 * Quantizes the kernels of dense layers, with a scale for each output, and the tables of embeddings, with one for each
 * row.
 */
export async function quantize(model: object): Promise<void> {
  const { quantizeVariable } = (await loadNodeBackend())!;
  for (const [path, variable] of variables(model)) {
    if (variable.rank !== 2 || variable.size < minElements) continue;
    if (path.endsWith(".kernel")) quantizeVariable(variable, 1);
    else if (path.endsWith("word.table")) quantizeVariable(variable, 0);
  }
}
