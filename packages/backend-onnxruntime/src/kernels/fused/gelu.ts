import { anyShapeOperation, type Emit, type Operation } from "../../record/operation.ts";
import type { FusedKernel } from "../fused-kernel.ts";

type Approximate = { readonly approximate: boolean };

/** GELU, exact or by tanh (Hendrycks and Gimpel 2016). */
const geluOperation: Operation<Approximate> = anyShapeOperation(
  "Gelu",
  (graph, [x], [y], { attributes: { approximate } }) =>
    void graph.op("Gelu", [x!], { approximate: approximate ? "tanh" : "none" }, y),
);

export const gelu: FusedKernel<"BertkitGelu"> = (backend, { x }, { approximate }) =>
  backend.record(geluOperation, { approximate }, [x], "float32", x.shape);

const geluGradientOperation: Operation<Approximate> = anyShapeOperation(
  "GeluGradient",
  (graph, inputs, outputs, spec) =>
    (spec.attributes.approximate ? emitTanhGeluGradient : emitGeluGradient)(graph, inputs, outputs, spec),
);

export const geluGradient: FusedKernel<"BertkitGeluGradient"> = (backend, { dy, x }, { approximate }) =>
  backend.record(geluGradientOperation, { approximate }, [dy, x], "float32", x.shape);

/**
 * dy · (Φ(x) + x · φ(x)) with Φ(x) = (1 + erf(a)) / 2 and x · φ(x) = 1/√π · a · e^(−a²) for a = x/√2. HardSigmoid is
 * αx + β within 0 and 1, in one pass.
 */
const emitGeluGradient: Emit = (graph, [dy, x], [dx]) => {
  const a = graph.op("Mul", [x!, graph.float(Math.SQRT1_2)]);
  const logScale = graph.float(-Math.log(Math.sqrt(Math.PI)));
  const density = graph.op("Exp", [graph.op("Sub", [logScale, graph.op("Mul", [a, a])])]);
  const probability = graph.op("HardSigmoid", [graph.op("Erf", [a])], { alpha: { float: 0.5 }, beta: { float: 0.5 } });
  graph.op("Mul", [dy!, graph.op("Add", [probability, graph.op("Mul", [a, density])])], {}, dx!);
};

/** dy/2 · (1 + t + x · (1 − t²) · √(2/π) · (1 + 3 · 0.044715 x²)) with t the forward's tanh. */
const emitTanhGeluGradient: Emit = (graph, [dy, x], [dx]) => {
  const slope = Math.sqrt(2 / Math.PI);
  const cubic = 0.044715;
  const square = graph.op("Mul", [x!, x!]);
  const scaled = graph.op("Mul", [x!, graph.float(slope)]);
  const polynomial = (factor: number): string =>
    graph.op("Add", [graph.op("Mul", [square, graph.float(factor)]), graph.float(1)]);
  const t = graph.op("Tanh", [graph.op("Mul", [scaled, polynomial(cubic)])]);
  const oneLessSquare = graph.op("Sub", [graph.float(1), graph.op("Mul", [t, t])]);
  const slopeTerm = graph.op("Mul", [graph.op("Mul", [scaled, polynomial(3 * cubic)]), oneLessSquare]);
  const half = graph.op("Mul", [dy!, graph.float(0.5)]);
  graph.op("Add", [half, graph.op("Mul", [half, graph.op("Add", [t, slopeTerm])])], {}, dx!);
};
