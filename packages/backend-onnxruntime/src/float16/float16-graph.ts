import type { OnnxConstant, OnnxGraph, OnnxNode, OnnxType } from "../onnx/model.ts";
import type { Signature } from "../record/source.ts";
import { float16Bits } from "./float16-values.ts";
import { outputElement } from "./output-element.ts";

/** The operators of matrix products, which are what float16 makes faster. */
const products: ReadonlySet<string> = new Set(["Gemm", "MatMul"]);
/** Operators of single elements, which may follow a product in float16. */
const elementwise: ReadonlySet<string> = new Set([
  "Add",
  "Gelu",
  "LeakyRelu",
  "Mul",
  "Neg",
  "Relu",
  "Sigmoid",
  "Sub",
  "Tanh",
]);
/** Operators that only move elements. */
const moves: ReadonlySet<string> = new Set([
  "Concat",
  "Expand",
  "Gather",
  "Identity",
  "Reshape",
  "Slice",
  "Split",
  "Squeeze",
  "Tile",
  "Transpose",
  "Unsqueeze",
]);

/** Recorded operations whose nodes may compute in float16. The products inside others are sums: they stay float32. */
const operations: ReadonlySet<string> = new Set([
  "Add",
  "AddN",
  "FusedMatMul",
  "Gelu",
  "LeakyRelu",
  "MatMul",
  "Mul",
  "Neg",
  "Relu",
  "Sigmoid",
  "Sub",
  "Tanh",
]);

/**
 * Maximum number of terms that a product adds up in float16. ONNX Runtime's WebGPU also accumulates in float16, where 1
 * added to 2,048 is 2,048.
 */
const mostTerms = 4096;

/** Whether the nodes of a recorded operation may compute in float16. */
export function mayBeFloat16({ operation, attributes, inputTypes }: Signature): boolean {
  if (!operations.has(operation.name)) return false;
  if (!operation.name.endsWith("MatMul")) return true;
  return inputTypes[0]!.shape.at(attributes["transposeA"] === true ? -2 : -1)! <= mostTerms;
}

/**
 * What a float value of the graph is: computed in float16 ("half") or float32 ("full"), a weight in float16 that nothing
 * has been computed from ("stored"), or a constant, which has any precision.
 */
type Kind = "half" | "full" | "stored" | "constant";

/** From 2⁻¹⁴ on, float16 has its full precision. */
const smallest = 2 ** -14;

/**
 * The graph with its matrix products in float16, and what follows them element by element: biases, activations. All else
 * stays float32 (softmax, norms, sums, losses, exponentials and logarithms), and so do its results. Values that are given
 * as float32, such as masks, never become float16 except as operands of a product; nor do constants that float16 has not.
 *
 * @param allowed nodes that may compute in float16; others only move float16 values
 */
export function float16Graph(graph: OnnxGraph, allowed: ReadonlySet<OnnxNode>): OnnxGraph {
  return new Float16Writer(graph).write(allowed);
}

class Float16Writer {
  readonly #graph: OnnxGraph;
  readonly #types: Map<string, OnnxType> = new Map();
  readonly #kinds: Map<string, Kind> = new Map();
  readonly #constants: Map<string, OnnxConstant>;
  readonly #wanted: ReadonlySet<string>;
  /** The names of values in their other precision. */
  readonly #others: Map<string, string> = new Map();
  readonly #nodes: OnnxNode[] = [];

  constructor(graph: OnnxGraph) {
    this.#graph = graph;
    this.#constants = new Map(graph.constants.map((constant) => [constant.name, constant]));
    this.#wanted = new Set(graph.outputs.map(({ name }) => name));
    for (const { name, type } of graph.constants) this.#note(name, type, "constant");
    for (const { name, type } of graph.inputs) this.#note(name, type, type === "float16" ? "stored" : "full");
  }

  write(allowed: ReadonlySet<OnnxNode>): OnnxGraph {
    for (const node of this.#graph.nodes) this.#add(node, this.#kindFor(node, allowed.has(node)));
    const read = new Set(this.#nodes.flatMap(({ inputs }) => inputs));
    const constants = [...this.#constants.values()].filter(({ name }) => read.has(name));
    return { ...this.#graph, nodes: this.#nodes, constants };
  }

  #note(name: string, type: OnnxType, kind: Kind): void {
    this.#types.set(name, type);
    if (isFloat(type)) this.#kinds.set(name, kind);
  }

  /** The kind of the node's float inputs and outputs; undefined if it has none. */
  #kindFor({ op, inputs }: OnnxNode, allowed: boolean): Kind | undefined {
    const floats = inputs.filter((name) => this.#kinds.has(name));
    if (floats.length === 0) return undefined;
    const kinds = floats.map((name) => this.#kinds.get(name)!);
    const fits = floats.every((name) => this.#fits(name));
    if (moves.has(op)) {
      if (!fits || kinds.includes("full")) return "full";
      return kinds.find((kind) => kind !== "constant") ?? "full";
    }
    if (!allowed || !fits) return "full";
    if (products.has(op)) return "half";
    return elementwise.has(op) && kinds.includes("half") && !kinds.includes("full") ? "half" : "full";
  }

  /** Whether a constant is as precise in float16 as numbers there are. */
  #fits(name: string): boolean {
    const constant = this.#constants.get(name);
    if (constant === undefined) return true;
    const numbers = floatsOf(constant);
    return numbers.every((value) => value === 0 || Math.abs(value) >= smallest) && float16Bits(numbers) !== undefined;
  }

  #add(node: OnnxNode, kind: Kind | undefined): void {
    const type = kind === undefined || kind === "full" ? "float32" : "float16";
    const inputs = node.inputs.map((name) => (this.#kinds.has(name) ? this.#as(name, type, node.name) : name));
    const outputs = node.outputs.map((name, place) => {
      const element = outputElement({ ...node, inputs }, place, (input) => this.#types.get(input)!);
      if (element !== "float16" || !this.#wanted.has(name)) {
        this.#note(name, element, element === "float16" ? kind! : "full");
        return name;
      }
      const inner = `${name} float16`; // results are float32
      this.#note(inner, element, kind!);
      this.#note(name, "float32", kind!);
      this.#others.set(name, inner);
      return inner;
    });
    this.#nodes.push({ ...node, inputs, outputs });
    for (const name of node.outputs)
      if (this.#wanted.has(name) && this.#others.has(name))
        this.#cast(this.#others.get(name)!, "float32", name, node.name);
  }

  /** The name of the value in this precision; converts it at its first use. */
  #as(name: string, type: "float16" | "float32", nodeName: string | undefined): string {
    if (this.#types.get(name) === type) return name;
    let other = this.#others.get(name);
    if (other === undefined) {
      other = `${name} ${type}`;
      this.#others.set(name, other);
      const constant = this.#constants.get(name);
      if (constant === undefined) this.#cast(name, type, other, nodeName);
      else this.#constants.set(other, float16Constant(constant, other));
      this.#note(other, type, this.#kinds.get(name)!);
    }
    return other;
  }

  #cast(from: string, type: "float16" | "float32", to: string, name: string | undefined): void {
    const attributes = { to: type === "float16" ? 10 : 1 };
    const named = name === undefined ? {} : { name: `${name}:${to}` };
    this.#nodes.push({ ...named, op: "Cast", domain: "", inputs: [from], outputs: [to], attributes });
  }
}

function isFloat(type: OnnxType): boolean {
  return type === "float32" || type === "float16";
}

function floatsOf({ bytes }: OnnxConstant): Float32Array {
  return new Float32Array(bytes.slice().buffer); // aligned
}

function float16Constant(constant: OnnxConstant, name: string): OnnxConstant {
  const bits = float16Bits(floatsOf(constant))!;
  return { name, type: "float16", shape: constant.shape, bytes: new Uint8Array(bits.buffer) };
}
