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

/**
 * Smaller matrices are not quantized: they are a head's classes or an embedding's token types, and need little memory.
 */
const minElements = 2 ** 14;

/** The names of a quantized matrix's constants. */
interface Matrix {
  readonly bytes: string;
  readonly scales: string;
}

/**
 * Dynamic quantization: products with weights multiply bytes. x is rounded in each run, by its minimum and maximum; a
 * weight has a scale for each column. Lookups in a table read rows of bytes, with a scale for each row. Bytes are
 * unsigned with a zero point of 128, because CPUs without VNNI saturate the sums of signed pairs.
 */
export function quantizeWeights(graph: ExportGraph, options: QuantizeOptions): ExportGraph {
  const quantizer = new WeightQuantizer(graph, options);
  for (const node of graph.nodes) quantizer.add(node);
  const { constants, nodes } = quantizer;
  return removeUnused(shareNodes({ ...graph, constants, nodes }));
}

class WeightQuantizer {
  readonly constants: Map<string, ExportConstant>;
  readonly nodes: ExportNode[] = [];
  readonly #graph: ExportGraph;
  readonly #options: QuantizeOptions;
  /** The node that computes each value. */
  readonly #makers: ReadonlyMap<string, ExportNode>;
  /** By the weight's name and the axis of the scales. */
  readonly #matrices: Map<string, Matrix> = new Map();

  constructor(graph: ExportGraph, options: QuantizeOptions) {
    this.#graph = graph;
    this.#options = options;
    this.constants = new Map(graph.constants);
    this.#makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  }

  /** Adds the node, or the nodes that compute it from bytes. */
  add(node: ExportNode): void {
    const isLookup = node.op === "Gather" && node.attributes["axis"] === 0;
    const matrix = isLookup ? this.#matrixOf(node.inputs[0]!, 0) : this.#rightOf(node);
    if (matrix === undefined) this.nodes.push(node);
    else if (isLookup) this.#lookUp(node, matrix);
    else this.#multiply(node, matrix);
  }

  #multiply(node: ExportNode, { bytes, scales }: Matrix): void {
    const [x, scale, point] = [this.#graph.fresh(), this.#graph.fresh(), this.#graph.fresh()];
    this.#op(node, "DynamicQuantizeLinear", [node.inputs[0]!], {}, [x, scale, point]);
    const zero = this.#constant({ type: "uint8", shape: [], bytes: Uint8Array.of(zeroByte), weight: false });
    if (this.#options.customOperators) {
      const inputs = [x, bytes, scale, scales, point, zero];
      this.#op(node, "MatMulIntegerToFloat", inputs, {}, node.outputs, "com.microsoft");
      return;
    }
    const sums = this.#op(node, "Cast", [this.#op(node, "MatMulInteger", [x, bytes, point, zero])], { to: 1 });
    this.#op(node, "Mul", [sums, this.#op(node, "Mul", [scale, scales])], {}, node.outputs);
  }

  #lookUp(node: ExportNode, { bytes, scales }: Matrix): void {
    const ids = node.inputs[1]!;
    const vector = this.constants.get(scales)!;
    const column = this.#constant({ ...vector, shape: [...vector.shape, 1] }, this.#options.names.get(scales));
    const rows = this.#op(node, "Cast", [this.#op(node, "Gather", [bytes, ids], { axis: 0 })], { to: 1 });
    const zeroBytes = new Uint8Array(Float32Array.of(zeroByte).buffer);
    const zero = this.#constant({ type: "float32", shape: [], bytes: zeroBytes, weight: false });
    const scale = this.#op(node, "Gather", [column, ids], { axis: 0 });
    this.#op(node, "Mul", [this.#op(node, "Sub", [rows, zero]), scale], {}, node.outputs);
  }

  /** The right-hand matrix of a product, [inner, columns], with its scales by column. */
  #rightOf(node: ExportNode): Matrix | undefined {
    const right = node.inputs[1]!;
    if (node.op === "MatMul" && node.domain === "") {
      const plain = this.#matrixOf(right, 1);
      const maker = this.#makers.get(right);
      if (plain !== undefined || maker?.op !== "Transpose") return plain;
      const swaps = (maker.attributes["perm"] as number[]).join() === "1,0";
      return swaps ? this.#transposed(node, maker.inputs[0]!) : undefined;
    }
    const { transA, transB, alpha } = node.attributes as {
      transA?: number;
      transB?: number;
      alpha?: { float: number };
    };
    if (node.op !== "FusedMatMul" || transA === 1 || transB !== 1 || alpha?.float !== 1) return undefined;
    return this.#transposed(node, right);
  }

  #transposed(node: ExportNode, name: string): Matrix | undefined {
    const matrix = this.#matrixOf(name, 0);
    if (matrix === undefined) return undefined;
    return { ...matrix, bytes: this.#op(node, "Transpose", [matrix.bytes], { perm: [1, 0] }) };
  }

  /** The bytes of a weight, with scales along an axis; undefined if the value is not a weight. */
  #matrixOf(name: string, axis: 0 | 1): Matrix | undefined {
    const maker = this.#makers.get(name);
    if (maker?.op === "DequantizeLinear" && maker.kernel === "Dequantize") {
      const [bytes, scales] = maker.inputs as [string, string];
      return maker.attributes["axis"] === axis ? { bytes, scales } : undefined;
    }
    const weight = this.constants.get(name);
    if (!this.#options.quantize || weight?.type !== "float32" || !weight.weight || weight.shape.length !== 2)
      return undefined;
    const [rows, columns] = weight.shape as [number, number];
    if (rows * columns < minElements) return undefined;
    const key = `${name} ${axis}`;
    const known = this.#matrices.get(key);
    if (known !== undefined) return known;
    const { buffer, byteOffset } = weight.bytes;
    const values = new Float32Array(buffer as ArrayBuffer, byteOffset, rows * columns);
    const made = quantizeMatrix(values, [rows, columns], axis);
    const scaleBytes = new Uint8Array(made.scales.buffer);
    const named = this.#options.names.get(name) ?? "weight";
    const matrix = {
      bytes: this.#constant(
        { type: "uint8", shape: [rows, columns], bytes: made.bytes, weight: true },
        `${named}_quantized`,
      ),
      scales: this.#constant(
        { type: "float32", shape: [made.scales.length], bytes: scaleBytes, weight: true },
        `${named}_scale`,
      ),
    };
    this.#matrices.set(key, matrix);
    return matrix;
  }

  #constant(content: Omit<ExportConstant, "name">, name?: string): string {
    const own = this.#graph.fresh();
    this.constants.set(own, { ...content, name: own });
    if (name !== undefined) this.#options.names.set(own, name);
    return own;
  }

  /** Adds a node that belongs to the kernel of another, and returns its first output. */
  #op(
    { kernel }: ExportNode,
    op: string,
    inputs: readonly string[],
    attributes: ExportNode["attributes"] = {},
    outputs: readonly string[] = [this.#graph.fresh()],
    domain = "",
  ): string {
    this.nodes.push({ op, domain, inputs, outputs, attributes, kernel });
    return outputs[0]!;
  }
}
