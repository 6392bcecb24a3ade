import { variables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { loadNodeBackend } from "#compile";

export interface DtypeOptions {
  /**
   * "q8": weight matrices are kept as bytes, a quarter of the memory, and pipelines compute with bytes (dynamic
   * quantization). For inference alone: these weights are frozen, and saving the model saves the rounded numbers. Needs the
   * Node backend. Default "fp32".
   */
  readonly dtype?: "fp32" | "q8";
}

/** As TensorFlow.js calls the Node backend. */
const quantizingBackend = "onnxruntime";

/** Smaller matrices stay as they are: they save nothing. */
const leastElements = 2 ** 14;

/** @throws unless the backend in use can keep weights as bytes */
export async function requireQuantization(where: string): Promise<void> {
  const backend = tf.getBackend();
  if (backend === quantizingBackend && (await loadNodeBackend()) !== undefined) return;
  throw new Error(
    `${where}: dtype "q8" runs on the Node backend alone, got ${backend || "no backend"}. Call useBackend("node") first, or leave dtype out.`,
  );
}

/** Keeps the kernels of dense layers and the tables of embeddings as bytes: a scale for each output, and each row. */
export async function quantize(model: object): Promise<void> {
  const { quantizeVariable } = (await loadNodeBackend())!;
  for (const [path, variable] of variables(model)) {
    if (variable.rank !== 2 || variable.size < leastElements) continue;
    if (path.endsWith(".kernel")) quantizeVariable(variable, 1);
    else if (path.endsWith("word.table")) quantizeVariable(variable, 0);
  }
}
