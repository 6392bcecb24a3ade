import { backend_util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import type { Data } from "../record/data.ts";
import { anyShapeOperation, noAttributes, operation, type Emit, type Operation } from "../record/operation.ts";
import type { Operator } from "../onnx/operators.ts";
import { sameShape } from "../record/types.ts";
import { beforeBroadcast, noteBroadcast } from "./broadcast.ts";
import type { Kernel, Kernels } from "./kernel.ts";
import { addRows } from "./scatter.ts";

const floats: readonly string[] = ["float32"];
const numbers: readonly string[] = ["float32", "int32"];
const bools: readonly string[] = ["bool"];

function broadcasting(name: string, emit: Emit, dtypes: readonly string[], result?: "bool"): Kernel {
  const elementwise = anyShapeOperation(name, emit);
  return (backend, { a, b }) => {
    if (a!.dtype !== b!.dtype || !dtypes.includes(a!.dtype)) return undefined;
    const shape = shapeOf(a!, b!);
    return backend.record(
      elementwise,
      noAttributes,
      [unbroadcast(backend, a!, b!, shape), unbroadcast(backend, b!, a!, shape)],
      result ?? a!.dtype,
      shape,
    );
  };
}

function simple(op: Operator, dtypes: readonly string[], result?: "bool"): Kernel {
  return broadcasting(op, (graph, [a, b], [y]) => void graph.op(op, [a!, b!], {}, y), dtypes, result);
}

function shapeOf(a: TensorInfo, b: TensorInfo): readonly number[] {
  return sameShape(a.shape, b.shape) ? a.shape : backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
}

/**
 * If an operand is a smaller tensor broadcast, and the other operand has the full shape, the smaller tensor is used.
 */
function unbroadcast(
  backend: OnnxRuntimeBackend,
  info: TensorInfo,
  other: TensorInfo,
  shape: readonly number[],
): TensorInfo {
  if (!sameShape(other.shape, shape)) return info;
  return beforeBroadcast(backend, info);
}

/** A product with ones only broadcasts; with ones of the same shape it does nothing. */
const multiply: Kernel = (backend, inputs, attrs) => {
  const { a, b } = inputs;
  if (a!.dtype === "float32" && b!.dtype === "float32") {
    if (fillOf(backend, b!) === 1) return repeat(backend, a!, shapeOf(a!, b!));
    if (fillOf(backend, a!) === 1) return repeat(backend, b!, shapeOf(a!, b!));
  }
  return product(backend, inputs, attrs);
};
const product: Kernel = simple("Mul", numbers);

const add: Kernel = (backend, inputs, attrs) => {
  const { a, b } = inputs;
  if (a!.dtype === "float32" && b!.dtype === "float32") {
    if (fillOf(backend, b!) === 0) return repeat(backend, a!, shapeOf(a!, b!));
    if (fillOf(backend, a!) === 0) return repeat(backend, b!, shapeOf(a!, b!));
  }
  return addRows(backend, a!, b!) ?? addRows(backend, b!, a!) ?? sum(backend, inputs, attrs);
};

const sum: Kernel = simple("Add", numbers);

function fillOf(backend: OnnxRuntimeBackend, info: TensorInfo): number | undefined {
  return (backend.dataOf(info.dataId) as Data).fill;
}

const expand: Operation = operation(
  "Expand",
  (graph, [x], [y], { outputTypes: [type] }) => void graph.op("Expand", [x!, graph.integers(type!.shape)], {}, y),
);

/** The tensor broadcast to the shape. */
export function repeat(backend: OnnxRuntimeBackend, info: TensorInfo, shape: readonly number[]): TensorInfo {
  if (sameShape(info.shape, shape)) return backend.view(info, shape);
  const repeated = backend.record(expand, noAttributes, [info], info.dtype, shape);
  noteBroadcast(backend, repeated, info);
  return repeated;
}

/** The remainder with the divisor's sign; ONNX's Mod for floats has the dividend's. */
const floorMod: Emit = (graph, [a, b], [y]) => {
  const rest = graph.op("Mod", [a!, b!], { fmod: 1 });
  const zero = graph.float(0);
  const sameSign = graph.op("Equal", [graph.op("Less", [a!, zero]), graph.op("Less", [b!, zero])]);
  graph.op("Where", [sameSign, rest, graph.op("Mod", [graph.op("Add", [rest, b!]), b!], { fmod: 1 })], {}, y);
};

/** dy where y is at least 0, else dy · (y + 1). */
const eluGradient: Operation = operation("EluGrad", (graph, [dy, y], [dx]) => {
  const slope = graph.op("Add", [graph.op("Min", [y!, graph.float(0)]), graph.float(1)]);
  graph.op("Mul", [dy!, slope], {}, dx);
});

const preluOperation: Operation = operation(
  "PRelu",
  (graph, [x, slope], [y]) => void graph.op("PRelu", [x!, slope!], {}, y),
);

/**
 * Kernels of two tensors, element by element, broadcasting. Integer division runs in JavaScript: natively, division by
 * zero ends the process.
 */
export const binaryKernels: Kernels = {
  Add: add,
  EluGrad: (backend, { dy, y }) =>
    dy!.dtype === "float32" && y!.dtype === "float32"
      ? backend.record(eluGradient, noAttributes, [dy!, y!], "float32", y!.shape)
      : undefined,
  Equal: simple("Equal", ["float32", "int32", "bool"], "bool"),
  Greater: simple("Greater", numbers, "bool"),
  GreaterEqual: simple("GreaterOrEqual", numbers, "bool"),
  Less: simple("Less", numbers, "bool"),
  LessEqual: simple("LessOrEqual", numbers, "bool"),
  LogicalAnd: simple("And", bools, "bool"),
  LogicalOr: simple("Or", bools, "bool"),
  Maximum: simple("Max", numbers),
  Minimum: simple("Min", numbers),
  Mod: broadcasting("Mod", floorMod, floats),
  Multiply: multiply,
  NotEqual: broadcasting(
    "NotEqual",
    (graph, [a, b], [y]) => void graph.op("Not", [graph.op("Equal", [a!, b!])], {}, y),
    ["float32", "int32", "bool"],
    "bool",
  ),
  Pow: simple("Pow", floats),
  Prelu: (backend, { x, alpha }) =>
    x!.dtype === "float32" && alpha!.dtype === "float32"
      ? backend.record(preluOperation, noAttributes, [x!, alpha!], "float32", x!.shape)
      : undefined,
  RealDiv: simple("Div", floats),
  SquaredDifference: broadcasting(
    "SquaredDifference",
    (graph, [a, b], [y]) => {
      const difference = graph.op("Sub", [a!, b!]);
      graph.op("Mul", [difference, difference], {}, y);
    },
    numbers,
  ),
  Sub: simple("Sub", numbers),
};
