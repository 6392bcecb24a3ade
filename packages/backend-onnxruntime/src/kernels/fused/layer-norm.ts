import { anyShapeOperation, noAttributes, operation, type Operation } from "../../record/operation.ts";
import { tensorType } from "../../record/types.ts";
import type { FusedKernel } from "../fused-kernel.ts";
import { columnSums } from "../long-reduction.ts";

const layerNormOperation: Operation<{ readonly epsilon: number }> = anyShapeOperation(
  "LayerNorm",
  (graph, inputs, outputs, { attributes: { epsilon } }) =>
    graph.many("LayerNormalization", inputs, { axis: -1, epsilon: { float: epsilon } }, outputs),
);

/** LayerNormalization over the last axis, and the statistics for its gradient. */
export const layerNorm: FusedKernel<"BertkitLayerNorm"> = (backend, { x, gamma, beta }, { epsilon }) => {
  const statistics = tensorType("float32", [...x.shape.slice(0, -1), 1]);
  return backend.recordMany(
    layerNormOperation,
    { epsilon },
    [x, gamma, beta],
    [tensorType("float32", x.shape), statistics, statistics],
  );
};

/**
 * With n = (x − mean) · inverse and g = dy · γ: dx = (g − mean(g) − n · mean(g · n)) · inverse, dγ = Σ dy · n, dβ = Σ
 * dy. All sums are products with vectors, which are the fastest on the CPU.
 */
const layerNormGradientOperation: Operation = operation(
  "LayerNormGradient",
  (graph, names, [dx, dGamma, dBeta], { outputTypes: [type] }) => {
    const size = type!.shape.at(-1)!;
    const rows = type!.size / size;
    const shape = (name: string, ...dimensions: number[]): string =>
      graph.op("Reshape", [name, graph.integers(dimensions)]);
    const [d, values, scale, center, spread] = [
      shape(names[0]!, rows, size),
      shape(names[1]!, rows, size),
      names[2]!,
      shape(names[3]!, rows, 1),
      shape(names[4]!, rows, 1),
    ] as const;
    const normal = graph.op("Mul", [graph.op("Sub", [values, center]), spread]);
    const product = graph.op("Mul", [d, normal]);
    const column = graph.op("Mul", [shape(scale, size, 1), graph.float(1 / size)]);
    const along = graph.op("MatMul", [product, column]);
    const average = graph.op("MatMul", [d, column]);
    const weighted = graph.op("Sub", [graph.op("Mul", [d, scale]), average]);
    const projected = graph.op("Sub", [weighted, graph.op("Mul", [normal, along])]);
    const flat = graph.op("Mul", [projected, spread]);
    graph.op("Reshape", [flat, graph.integers(type!.shape)], {}, dx);
    graph.op("Reshape", [columnSums(graph, product, rows, size), graph.integers([size])], {}, dGamma);
    graph.op("Reshape", [columnSums(graph, d, rows, size), graph.integers([size])], {}, dBeta);
  },
);

export const layerNormGradient: FusedKernel<"BertkitLayerNormGradient"> = (
  backend,
  { dy, x, gamma, mean, inverse },
) => {
  const vector = tensorType("float32", [x.shape.at(-1)!]);
  return backend.recordMany(
    layerNormGradientOperation,
    noAttributes,
    [dy, x, gamma, mean, inverse],
    [tensorType("float32", x.shape), vector, vector],
  );
};
