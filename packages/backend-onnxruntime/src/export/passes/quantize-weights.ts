import { quantizeMatrix, zeroByte } from "../../quantize/quantize-matrix.ts";
import type { ExportConstant, ExportGraph, ExportNode } from "../export-graph.ts";
import { removeUnused } from "./remove-unused.ts";
import { shareNodes } from "./share-nodes.ts";

export interface QuantizeOptions {
  /** Whether float32 weights become bytes. Quantized variables are bytes in any case. */
  readonly quantize: boolean;
  /** Whether ONNX Runtime's own MatMulIntegerToFloat may be used. */
  readonly customOperators: boolean;
  /** Names of constants in the file; the names of new constants are added. */
  readonly names: Map<string, string>;
}

/** Smaller matrices are not quantized: they are a head's classes or an embedding's token types, and need little memory. */
const leastElements = 2 ** 14;

/** The names of a quantized matrix's constants. */
interface Matrix {
  readonly bytes: string;
  readonly scales: string;
  readonly axis: number;
}

/**
 * Dynamic quantization: products with weights multiply bytes. x is rounded in each run, by its minimum and maximum; a
 * weight has a scale for each column. Lookups in a table read rows of bytes, with a scale for each row. Bytes are unsigned
 * with a zero point of 128, because CPUs without VNNI saturate the sums of signed pairs.
 */
export function quantizeWeights(
  graph: ExportGraph,
  { quantize, customOperators, names }: QuantizeOptions,
): ExportGraph {
  const constants = new Map(graph.constants);
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const matrices = new Map<string, Matrix>();
  const nodes: ExportNode[] = [];
  const constant = (content: Omit<ExportConstant, "name">, name?: string): string => {
    const own = graph.fresh();
    constants.set(own, { ...content, name: own });
    if (name !== undefined) names.set(own, name);
    return own;
  };
  const zero = (): string => constant({ type: "uint8", shape: [], bytes: Uint8Array.of(zeroByte), weight: false });

  /** The bytes of a weight, with scales along an axis; undefined if the value is not a weight. */
  const matrixOf = (name: string, axis: 0 | 1): Matrix | undefined => {
    const maker = makers.get(name);
    if (maker?.op === "DequantizeLinear" && maker.kernel === "Dequantize") {
      const [bytes, scales] = maker.inputs as [string, string];
      return maker.attributes["axis"] === axis ? { bytes, scales, axis } : undefined;
    }
    const weight = constants.get(name);
    if (!quantize || weight?.type !== "float32" || !weight.weight || weight.shape.length !== 2) return undefined;
    const [rows, columns] = weight.shape as [number, number];
    if (rows * columns < leastElements) return undefined;
    const key = `${name} ${axis}`;
    let matrix = matrices.get(key);
    if (matrix === undefined) {
      const { buffer, byteOffset } = weight.bytes;
      const made = quantizeMatrix(
        new Float32Array(buffer as ArrayBuffer, byteOffset, rows * columns),
        [rows, columns],
        axis,
      );
      const named = names.get(name) ?? "weight";
      const bytes = constant({ type: "uint8", shape: [rows, columns], bytes: made.bytes, weight: true }, `${named}_quantized`); // prettier-ignore
      const scaleBytes = new Uint8Array(made.scales.buffer);
      const shape = [made.scales.length];
      const scales = constant({ type: "float32", shape, bytes: scaleBytes, weight: true }, `${named}_scale`);
      matrices.set(key, (matrix = { bytes, scales, axis }));
    }
    return matrix;
  };
  const add = (
    { kernel }: ExportNode,
    op: string,
    inputs: readonly string[],
    outputs: readonly string[] = [graph.fresh()],
    attributes: ExportNode["attributes"] = {},
    domain = "",
  ): string => {
    nodes.push({ op, domain, inputs, outputs, attributes, kernel });
    return outputs[0]!;
  };

  /** The right-hand matrix of a product, [inner, columns], with its scales by column. */
  const rightOf = (node: ExportNode): Matrix | undefined => {
    const right = node.inputs[1]!;
    if (node.op === "MatMul" && node.domain === "") {
      const plain = matrixOf(right, 1);
      const maker = makers.get(right);
      if (plain !== undefined || maker?.op !== "Transpose") return plain;
      return transposed(node, (maker.attributes["perm"] as number[]).join() === "1,0" ? maker.inputs[0]! : undefined);
    }
    const { transA, transB, alpha } = node.attributes as {
      transA?: number;
      transB?: number;
      alpha?: { float: number };
    };
    if (node.op !== "FusedMatMul" || transA === 1 || transB !== 1 || alpha?.float !== 1) return undefined;
    return transposed(node, right);
  };
  const transposed = (node: ExportNode, name: string | undefined): Matrix | undefined => {
    const matrix = name === undefined ? undefined : matrixOf(name, 0);
    if (matrix === undefined) return undefined;
    return { ...matrix, bytes: add(node, "Transpose", [matrix.bytes], undefined, { perm: [1, 0] }) };
  };

  const product = (node: ExportNode, { bytes, scales }: Matrix): void => {
    const [x, scale, point] = [graph.fresh(), graph.fresh(), graph.fresh()];
    add(node, "DynamicQuantizeLinear", [node.inputs[0]!], [x, scale, point]);
    if (customOperators) {
      const inputs = [x, bytes, scale, scales, point, zero()];
      add(node, "MatMulIntegerToFloat", inputs, node.outputs, {}, "com.microsoft");
      return;
    }
    const sums = add(node, "Cast", [add(node, "MatMulInteger", [x, bytes, point, zero()])], undefined, { to: 1 });
    add(node, "Mul", [sums, add(node, "Mul", [scale, scales])], node.outputs);
  };

  const lookup = (node: ExportNode, { bytes, scales }: Matrix): void => {
    const ids = node.inputs[1]!;
    const vector = constants.get(scales)!;
    const column = constant({ ...vector, shape: [...vector.shape, 1] }, names.get(scales));
    const rows = add(node, "Cast", [add(node, "Gather", [bytes, ids], undefined, { axis: 0 })], undefined, { to: 1 });
    const middle = constant({ type: "float32", shape: [], bytes: new Uint8Array(Float32Array.of(zeroByte).buffer), weight: false }); // prettier-ignore
    const scale = add(node, "Gather", [column, ids], undefined, { axis: 0 });
    add(node, "Mul", [add(node, "Sub", [rows, middle]), scale], node.outputs);
  };

  for (const node of graph.nodes) {
    const isLookup = node.op === "Gather" && node.attributes["axis"] === 0;
    const matrix = isLookup ? matrixOf(node.inputs[0]!, 0) : rightOf(node);
    if (matrix === undefined) nodes.push(node);
    else (isLookup ? lookup : product)(node, matrix);
  }
  return removeUnused(shareNodes({ ...graph, constants, nodes }));
}
