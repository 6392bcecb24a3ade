import type { Attributes, GraphBuilder } from "../onnx/graph-builder.ts";
import { anyShapeOperation, noAttributes, operation, type Emit, type Operation } from "../record/operation.ts";
import type { Operator } from "../onnx/operators.ts";
import type { Kernel, Kernels } from "./kernel.ts";

const floats: readonly string[] = ["float32"];
const numbers: readonly string[] = ["float32", "int32"];

function simple(op: Operator, dtypes: readonly string[] = floats, attributes: Attributes = {}): Kernel {
  return composed(op, (graph, [x], [y]) => void graph.op(op, [x!], attributes, y), dtypes);
}

function composed(name: string, emit: Emit, dtypes: readonly string[] = floats, result?: "bool"): Kernel {
  const composition = anyShapeOperation(name, emit);
  return (backend, { x }) =>
    dtypes.includes(x!.dtype)
      ? backend.record(composition, noAttributes, [x!], result ?? x!.dtype, x!.shape)
      : undefined;
}

/** x where the condition holds, else y; the result's name is generated unless given. */
function where(graph: GraphBuilder, condition: string, x: string, y: string, output?: string): string {
  return graph.op("Where", [condition, x, y], {}, output);
}

/** NaN outside of the domain, also on WebGPU, whose logarithms of negative numbers are numbers. */
function onDomain(isInside: (graph: GraphBuilder, x: string) => string, emit: Emit): Emit {
  return (graph, [x], [y], spec) => {
    if (!graph.onWebgpu) return emit(graph, [x!], [y!], spec);
    const value = graph.fresh();
    emit(graph, [x!], [value], spec);
    where(graph, isInside(graph, x!), value, graph.float(NaN), y);
  };
}

/** Whether x ≥ `least`; false for NaN. */
function atLeast(least: number): (graph: GraphBuilder, x: string) => string {
  return (graph, x) => graph.op("GreaterOrEqual", [x, graph.float(least)]);
}

/** Whether −1 ≤ x ≤ 1; false for NaN. */
function atMostOne(graph: GraphBuilder, x: string): string {
  return graph.op("GreaterOrEqual", [graph.float(1), graph.op("Abs", [x])]);
}

function operator(op: Operator): Emit {
  return (graph, [x], [y]) => void graph.op(op, [x!], {}, y);
}

/** log(1 + x), exact also for small x: corrects the rounding of 1 + x (Kahan; Higham 2002, section 1.14.1). */
const log1p: Emit = (graph, [x], [y]) => {
  const one = graph.float(1);
  const sum = graph.op("Add", [x!, one]);
  const log = graph.op("Log", [sum]);
  const rest = graph.op("Sub", [sum, one]);
  const corrected = graph.op("Mul", [log, graph.op("Div", [x!, rest])]);
  const large = where(graph, graph.op("Equal", [sum, x!]), log, corrected);
  where(graph, graph.op("Equal", [rest, graph.float(0)]), x!, large, y);
};

/** exp(x) - 1, exact also for small x: corrects the rounding of exp(x) by its logarithm (Kahan). */
const expm1: Emit = (graph, [x], [y]) => {
  const one = graph.float(1);
  const power = graph.op("Exp", [x!]);
  const rest = graph.op("Sub", [power, one]);
  const corrected = graph.op("Mul", [rest, graph.op("Div", [x!, graph.op("Log", [power])])]);
  const large = where(graph, graph.op("Equal", [power, rest]), power, corrected);
  const low = where(graph, graph.op("Equal", [rest, graph.float(-1)]), rest, large);
  where(graph, graph.op("Equal", [rest, graph.float(0)]), x!, low, y);
};

type Alpha = { readonly alpha: number };

const stepOperation: Operation<Alpha> = operation("Step", (graph, [x], [y], { attributes: { alpha } }) => {
  const zero = graph.float(0);
  const low = where(graph, graph.op("LessOrEqual", [x!, zero]), graph.float(alpha), x!);
  where(graph, graph.op("Greater", [x!, zero]), graph.float(1), low, y);
});

const step: Kernel = (backend, { x }, { alpha = 0 }) =>
  x!.dtype === "float32" ? backend.record(stepOperation, { alpha }, [x!], "float32", x!.shape) : undefined;

const clipOperation: Operation<{ readonly min: number; readonly max: number }> = operation(
  "ClipByValue",
  (graph, [x], [y], { attributes: { min, max } }) =>
    void graph.op("Clip", [x!, graph.float(min), graph.float(max)], {}, y),
);

const clip: Kernel = (backend, { x }, { clipValueMin: min, clipValueMax: max }) =>
  x!.dtype === "float32" ? backend.record(clipOperation, { min, max }, [x!], "float32", x!.shape) : undefined;

const leakyReluOperation: Operation<Alpha> = operation(
  "LeakyRelu",
  (graph, [x], [y], { attributes: { alpha } }) => void graph.op("LeakyRelu", [x!], { alpha: { float: alpha } }, y),
);

const leakyRelu: Kernel = (backend, { x }, { alpha }) =>
  x!.dtype === "float32" ? backend.record(leakyReluOperation, { alpha }, [x!], "float32", x!.shape) : undefined;

const castOperation: Operation = operation("Cast", (graph, [x], [y], { inputTypes: [from], outputTypes: [to] }) => {
  if (from!.dtype === "float32" && to!.dtype === "int32") {
    // As in JavaScript: NaN and infinities become 0, and larger numbers keep their lowest 32 bits.
    const within = graph.op("Less", [graph.op("Abs", [x!]), graph.float(2 ** 63)]);
    const wide = graph.castTo(where(graph, within, x!, graph.float(0)), "int64");
    // ONNX Runtime would merge two consecutive casts.
    graph.castTo(graph.op("BitwiseAnd", [wide, graph.int64(0xffff_ffff)]), "int32", y);
  } else graph.castTo(x!, to!.dtype, y);
});

const castNumbers: Record<string, "float32" | "int32" | "bool"> = { float32: "float32", int32: "int32", bool: "bool" };

const cast: Kernel = (backend, { x }, { dtype }) => {
  const target = castNumbers[dtype as string];
  if (target === undefined) return undefined;
  if (x!.dtype === target) return backend.view(x!, x!.shape);
  return backend.record(castOperation, noAttributes, [x!], target, x!.shape);
};

/**
 * Kernels of one tensor, element by element. Tan is the CPU kernel's: near its poles float32 is not accurate enough.
 */
export const unaryKernels: Kernels = {
  Abs: simple("Abs", numbers),
  Acos: simple("Acos"),
  Acosh: composed("Acosh", onDomain(atLeast(1), operator("Acosh"))),
  Asin: simple("Asin"),
  Asinh: simple("Asinh"),
  Atan: simple("Atan"),
  Atanh: composed("Atanh", onDomain(atMostOne, operator("Atanh"))),
  Cast: cast,
  Ceil: simple("Ceil"),
  ClipByValue: clip,
  Cos: simple("Cos"),
  Cosh: simple("Cosh"),
  Elu: simple("Elu"),
  Erf: simple("Erf"),
  Exp: simple("Exp"),
  Expm1: composed("Expm1", expm1),
  Floor: simple("Floor"),
  IsFinite: composed(
    "IsFinite",
    (graph, [x], [y]) => void graph.op("Less", [graph.op("Abs", [x!]), graph.float(Infinity)], {}, y),
    floats,
    "bool",
  ),
  IsInf: composed("IsInf", (graph, [x], [y]) => void graph.op("IsInf", [x!], {}, y), floats, "bool"),
  IsNan: composed("IsNan", (graph, [x], [y]) => void graph.op("IsNaN", [x!], {}, y), floats, "bool"),
  LeakyRelu: leakyRelu,
  Log: composed("Log", onDomain(atLeast(0), operator("Log"))),
  Log1p: composed("Log1p", onDomain(atLeast(-1), log1p)),
  LogicalNot: composed("Not", (graph, [x], [y]) => void graph.op("Not", [x!], {}, y), ["bool"]),
  Neg: simple("Neg", numbers),
  Reciprocal: simple("Reciprocal"),
  Relu: simple("Relu"),
  Relu6: composed("Relu6", (graph, [x], [y]) => void graph.op("Clip", [x!, graph.float(0), graph.float(6)], {}, y)),
  Round: simple("Round"),
  Rsqrt: composed("Rsqrt", (graph, [x], [y]) => void graph.op("Reciprocal", [graph.op("Sqrt", [x!])], {}, y)),
  Selu: simple("Selu"),
  Sigmoid: simple("Sigmoid"),
  Sign: composed(
    "Sign",
    (graph, [x], [y]) => void where(graph, graph.op("IsNaN", [x!]), graph.float(0), graph.op("Sign", [x!]), y),
  ),
  Sin: simple("Sin"),
  Sinh: simple("Sinh"),
  Softplus: simple("Softplus"),
  Sqrt: simple("Sqrt"),
  Square: composed("Square", (graph, [x], [y]) => void graph.op("Mul", [x!, x!], {}, y), numbers),
  Step: step,
  Tanh: simple("Tanh"),
};
