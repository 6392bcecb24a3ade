import type { Attribute, OnnxConstant, OnnxNode, OnnxType } from "./model.ts";
import type { MicrosoftOperator, Operator } from "./operators.ts";

export type Attributes = Readonly<Record<string, Attribute>>;

const noAttributes: Attributes = {};

/** Collects the nodes and constants of one ONNX graph. */
export class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  /**
   * Prefix for the names of the next nodes, which appear in ONNX Runtime's messages; nodes have no names if it is
   * empty.
   */
  name = "";
  /**
   * Whether ONNX Runtime's WebGPU will run the graph. Operators without a kernel there would run on the CPU, and their
   * tensors would be copied there and back.
   */
  readonly onWebgpu: boolean;
  /** Whether the next nodes must not depend on how long an axis is, except in their constants. */
  anyLength = false;
  readonly #constants: Map<string, OnnxConstant> = new Map();
  readonly #shared: Map<string, string> = new Map();
  readonly #shareConstants: boolean;
  #names = 0;

  /** @param options `shareConstants`: share constants with equal content; default true. `onWebgpu`: default false */
  constructor({ shareConstants = true, onWebgpu = false }: { shareConstants?: boolean; onWebgpu?: boolean } = {}) {
    this.#shareConstants = shareConstants;
    this.onWebgpu = onWebgpu;
  }

  get constants(): readonly OnnxConstant[] {
    return [...this.#constants.values()];
  }

  fresh(): string {
    return `t${this.#names++}`;
  }

  /** Adds a standard operator with one output; returns the output's name. */
  op(
    op: Operator,
    inputs: readonly string[],
    attributes: Attributes = noAttributes,
    output: string = this.fresh(),
  ): string {
    this.nodes.push({ name: this.#nodeName(), op, domain: "", inputs, outputs: [output], attributes });
    return output;
  }

  /** The same, but added only once for the same inputs. */
  shared(op: Operator, inputs: readonly string[]): string {
    const key = `${op} ${inputs.join()}`;
    let output = this.#shared.get(key);
    if (output === undefined) this.#shared.set(key, (output = this.op(op, inputs)));
    return output;
  }

  /** Adds an operator of ONNX Runtime's own domain; returns the output's name. */
  microsoft(
    op: MicrosoftOperator,
    inputs: readonly string[],
    attributes: Attributes = noAttributes,
    output: string = this.fresh(),
  ): string {
    this.nodes.push({ name: this.#nodeName(), op, domain: "com.microsoft", inputs, outputs: [output], attributes });
    return output;
  }

  /** Adds a standard operator with the named outputs. */
  many(op: Operator, inputs: readonly string[], attributes: Attributes, outputs: readonly string[]): void {
    this.nodes.push({ name: this.#nodeName(), op, domain: "", inputs, outputs, attributes });
  }

  /** A one-dimensional int64 constant, such as axes or a shape. */
  integers(values: readonly number[]): string {
    return this.#constant("int64", [values.length], new BigInt64Array(values.map(BigInt)));
  }

  float(value: number): string {
    return this.#constant("float32", [], new Float32Array([value]));
  }

  floats(values: Float32Array, shape: readonly number[]): string {
    return this.#constant("float32", shape, values);
  }

  bytes(values: Uint8Array, shape: readonly number[]): string {
    return this.#constant("uint8", shape, values);
  }

  /** A large float constant that is not compared with others for sharing. */
  unsharedFloats(values: Float32Array, shape: readonly number[]): string {
    return this.#constant("float32", shape, values, `unshared ${this.#names}`);
  }

  /** A float constant of ones: a product with it computes a sum faster than the reduction operators. */
  ones(rows: number, columns: number): string {
    return this.#constant("float32", [rows, columns], new Float32Array(rows * columns).fill(1), "ones");
  }

  int32(value: number): string {
    return this.#constant("int32", [], new Int32Array([value]));
  }

  int64(value: number): string {
    return this.#constant("int64", [], BigInt64Array.of(BigInt(value)));
  }

  bool(value: boolean): string {
    return this.#constant("bool", [], new Uint8Array([value ? 1 : 0]));
  }

  /** A scalar constant of the dtype. */
  scalar(dtype: "float32" | "int32" | "bool", value: number): string {
    return dtype === "float32" ? this.float(value) : dtype === "int32" ? this.int32(value) : this.bool(value !== 0);
  }

  castTo(input: string, dtype: "float32" | "int32" | "int64" | "bool", output: string = this.fresh()): string {
    return this.op("Cast", [input], { to: { float32: 1, int32: 6, int64: 7, bool: 9 }[dtype] }, output);
  }

  #nodeName(): string {
    return this.name === "" ? "" : `${this.name}:${this.nodes.length}`;
  }

  #constant(type: OnnxType, shape: readonly number[], values: ArrayBufferView, content?: string): string {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const key = this.#shareConstants ? `${type}:${shape.join()}:${content ?? bytes.join()}` : `${this.#names}`;
    let constant = this.#constants.get(key);
    if (constant === undefined) {
      constant = { name: this.fresh(), type, shape, bytes };
      this.#constants.set(key, constant);
    }
    return constant.name;
  }
}
