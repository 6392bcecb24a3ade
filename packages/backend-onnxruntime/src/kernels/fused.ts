import type { Emit } from "../graph/graph-builder.ts";
import { tensorType } from "../graph/types.ts";
import type { Kernel, Kernels } from "./kernel.ts";

/** LayerNormalization over the last axis, with the statistics that its gradient needs. */
const layerNorm: Kernel = (backend, { x, gamma, beta }, { epsilon }) => {
  const emit: Emit = (graph, inputs, outputs) => graph.many("LayerNormalization", inputs, { axis: -1, epsilon: { float: epsilon } }, outputs);
  const statistics = tensorType("float32", [...x!.shape.slice(0, -1), 1]);
  return backend.recordMany(`LayerNorm ${epsilon}`, emit, [x!, gamma!, beta!], [tensorType("float32", x!.shape), statistics, statistics]);
};

/** GELU, exact or by tanh (Hendrycks and Gimpel 2016). */
const gelu: Kernel = (backend, { x }, { approximate }) => {
  const emit: Emit = (graph, [name], [y]) => void graph.op("Gelu", [name!], { approximate: approximate === true ? "tanh" : "none" }, y);
  return backend.record(`Gelu ${approximate === true}`, emit, [x!], "float32", x!.shape);
};

/** Kernels that TensorFlow.js does not have; ops asks for them by name and composes where they are absent. */
export const fusedKernels: Kernels = { BertkitGelu: gelu, BertkitLayerNorm: layerNorm };
