import { backend_util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import type { GraphBuilder } from "../onnx/graph-builder.ts";
import { emitTransposedProduct } from "../onnx/transposed-product.ts";
import { noAttributes, operation, type KernelSpec, type Operation } from "../record/operation.ts";
import { emitActivation } from "./activation.ts";
import type { Attrs, Kernel, Kernels } from "./kernel.ts";

type Transposed = { readonly transposeA: boolean; readonly transposeB: boolean };

interface Product extends Transposed {
  /** The ranks of both inputs. */
  readonly ranks: readonly [number, number];
  readonly shape: readonly number[];
  /** The inner size: the length that both inputs have and the result does not. */
  readonly inner: number;
}

function productOf(a: TensorInfo, b: TensorInfo, attrs: Attrs): Product {
  const transposeA = attrs["transposeA"] === true;
  const transposeB = attrs["transposeB"] === true;
  const rows = a.shape.at(transposeA ? -1 : -2)!;
  const columns = b.shape.at(transposeB ? -2 : -1)!;
  const inner = [a.shape.at(transposeA ? -2 : -1)!, b.shape.at(transposeB ? -1 : -2)!];
  if (inner[0] !== inner[1]) {
    throw new Error(
      `matMul: the inner sizes differ, got ${inner.join(" and ")} of shapes [${a.shape}] and [${b.shape}] with transposeA=${transposeA}, transposeB=${transposeB}. Give them equal inner sizes.`,
    );
  }
  const batch = backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const ranks = [a.shape.length, b.shape.length] as const;
  return { transposeA, transposeB, ranks, shape: [...batch, rows, columns], inner: inner[0]! };
}

/** If all axes of a product have at least this length, copying the narrower matrix pays off. */
const long = 64;

/** Up to this size, copying the result pays off: a copy of a large vocabulary's gradient would raise peak memory. */
const maxTransposed = 2 ** 23;

/**
 * A plain MatMul if nothing is transposed, else ONNX Runtime's FusedMatMul. But aᵀ b of two large matrices, the
 * gradient of weights, is 3 to 20 % faster with the narrower one transposed first, and if that is b, the result
 * transposed after: bᵀ a is (aᵀ b)ᵀ.
 */
function emitProduct(graph: GraphBuilder, a: string, b: string, product: Product, output?: string): string {
  const { transposeA, transposeB, shape, inner } = product;
  if (!transposeA && !transposeB) return graph.op("MatMul", [a, b], {}, output);
  const [rows, columns] = shape as [number, number];
  const transposesResult = rows > columns;
  const isLong = !graph.onWebgpu && !graph.anyLength && shape.length === 2 && Math.min(rows, columns, inner) >= long;
  if (transposeA && !transposeB && isLong && (!transposesResult || rows * columns <= maxTransposed)) {
    const transposed = (x: string, to?: string): string => graph.op("Transpose", [x], { perm: [1, 0] }, to);
    return transposesResult
      ? transposed(graph.op("MatMul", [transposed(b), a]), output)
      : graph.op("MatMul", [transposed(a), b], {}, output);
  }
  return emitTransposedProduct(graph, [a, b], product, output);
}

function productOfTypes({ attributes, inputTypes, outputTypes }: KernelSpec<Transposed>): Product {
  const { transposeA, transposeB } = attributes;
  const inner = inputTypes[0]!.shape.at(transposeA ? -2 : -1)!;
  const ranks = [inputTypes[0]!.shape.length, inputTypes[1]!.shape.length] as const;
  return { transposeA, transposeB, ranks, shape: outputTypes[0]!.shape, inner };
}

const matMulOperation: Operation<Transposed> = operation(
  "MatMul",
  (graph, [a, b], [y], spec) => void emitProduct(graph, a!, b!, productOfTypes(spec), y),
);

const batchMatMul: Kernel = (backend, { a, b }, attrs) => {
  if (a!.dtype !== "float32" || b!.dtype !== "float32") return undefined;
  const { transposeA, transposeB, shape } = productOf(a!, b!, attrs);
  return backend.record(matMulOperation, { transposeA, transposeB }, [a!, b!], "float32", shape);
};

type FusedProduct = Transposed & { readonly hasBias: boolean; readonly activation: string; readonly alpha: number };

const fusedMatMulOperation: Operation<FusedProduct> = operation("FusedMatMul", (graph, names, [y], spec) => {
  const { hasBias, activation, alpha } = spec.attributes;
  const plain = activation === "linear";
  const product = productOfTypes(spec);
  let sum = emitProduct(graph, names[0]!, names[1]!, product, plain && !hasBias ? y : undefined);
  if (hasBias) sum = graph.op("Add", [sum, names[2]!], {}, plain ? y : undefined);
  if (!plain) emitActivation(graph, activation, sum, names.at(-1)!, alpha, y!);
});

const fusedMatMul: Kernel = (backend, inputs, attrs) => {
  const { a, b, bias, preluActivationWeights: slope } = inputs;
  const present = [a!, b!, bias, slope].filter((info) => info !== undefined && info !== null);
  if (present.some((info) => info.dtype !== "float32")) return undefined;
  const { transposeA, transposeB, shape } = productOf(a!, b!, attrs);
  const activation = (attrs["activation"] ?? "linear") as string;
  const alpha = (attrs["leakyreluAlpha"] ?? 0.2) as number;
  const hasBias = bias !== undefined && bias !== null;
  const attributes = { transposeA, transposeB, hasBias, activation, alpha };
  return backend.record(fusedMatMulOperation, attributes, present, "float32", shape);
};

/** WebGPU has no kernel for Sum. */
const addNOperation: Operation = operation("AddN", (graph, terms, [y]) => {
  if (!graph.onWebgpu) return void graph.op("Sum", terms, {}, y);
  const last = terms.at(-1)!;
  graph.op("Add", [terms.slice(0, -1).reduce((sum, term) => graph.op("Add", [sum, term])), last], {}, y);
});

/** Sums any number of tensors with one shape in one pass. */
const addN: Kernel = (backend: OnnxRuntimeBackend, inputs) => {
  const terms = Object.values(inputs);
  if (terms.some((info) => info.dtype !== "float32")) return undefined;
  return terms.length === 1
    ? backend.view(terms[0]!, terms[0]!.shape)
    : backend.record(addNOperation, noAttributes, terms, "float32", terms[0]!.shape);
};

/** tfjs writes einsum equations as ONNX does. */
const einsumOperation: Operation<{ readonly equation: string }> = operation(
  "Einsum",
  (graph, names, [y], { attributes: { equation } }) => void graph.op("Einsum", names, { equation }, y),
);

const einsum: Kernel = (backend, inputs, { equation }) => {
  const tensors = Object.values(inputs);
  const { allDims, summedDims, idDims } = backend_util.decodeEinsumEquation(equation, tensors.length);
  backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors as never);
  if (tensors.some((info) => info.dtype !== "float32")) return undefined;
  const sizes = new Array<number>(allDims.length);
  idDims.forEach((dims, i) => dims.forEach((dim, j) => (sizes[dim] = tensors[i]!.shape[j]!)));
  const shape = sizes.slice(0, allDims.length - summedDims.length);
  const text = (equation as string).replace(/\s/g, "");
  return backend.record(einsumOperation, { equation: text }, tensors, "float32", shape);
};

/** Matrix products, and sums of many tensors. */
export const matmulKernels: Kernels = {
  Einsum: einsum,
  AddN: addN,
  BatchMatMul: batchMatMul,
  _FusedMatMul: fusedMatMul,
};
