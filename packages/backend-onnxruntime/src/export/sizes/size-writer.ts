import type { OnnxType, OnnxValue } from "../../onnx/model.ts";
import { integerConstant } from "./constant-numbers.ts";
import { inputValue } from "../trace/emit-trace.ts";
import type { ExportConstant, ExportNode, SizedConstant, SizedNumber, SizedShape } from "../export-graph.ts";
import { axisOf, constantOf, constantSize, type SizeExpression, type Term } from "./size-expression.ts";

const typeNumbers = { float32: 1, int32: 6, int64: 7 } as const;

/** Where a dynamic axis' size can be read: an axis of an input. */
interface Place {
  readonly input: string;
  readonly axis: number;
}

/** Writes nodes that compute sizes from the inputs' shapes; each size once. */
export class SizeWriter {
  readonly nodes: ExportNode[] = [];
  readonly constants: Map<string, ExportConstant> = new Map();
  readonly #places: readonly Place[];
  readonly #fresh: () => string;
  readonly #written: Map<string, string> = new Map();

  /** @param axes the dynamic axes' names */
  constructor(inputs: readonly OnnxValue[], axes: readonly string[], fresh: () => string) {
    this.#fresh = fresh;
    this.#places = axes.map((name) => {
      const input = inputs.find(({ shape }) => shape.includes(name))!;
      return { input: inputValue(input.name), axis: input.shape.indexOf(name) };
    });
  }

  /** int64 [sizes.length] */
  vector(sizes: SizedShape): string {
    if (sizes.length === 0) return this.#integers([]);
    const pieces: string[] = [];
    for (let i = 0; i < sizes.length;) {
      const numbers = takeWhile(sizes.slice(i), (size) => constantOf(size));
      const run = this.#axisRun(sizes.slice(i));
      if (numbers.length > 0) pieces.push(this.#integers(numbers));
      else if (run > 1) pieces.push(this.#shape(sizes.slice(i, i + run)));
      else pieces.push(this.#size(sizes[i]!));
      i += Math.max(numbers.length, run, 1);
    }
    return pieces.length === 1 ? pieces[0]! : this.#op("Concat", pieces, { axis: 0 });
  }

  /** The constant whose values depend on the dynamic axes. */
  constant(constant: SizedConstant): string {
    const { type, shape } = constant;
    const flat = "elements" in constant ? this.#elements(type, constant.elements) : this.#progression(constant);
    return shape.length === 1 ? flat : this.#op("Reshape", [flat, this.vector(shape)]);
  }

  #elements(type: OnnxType, elements: readonly SizedNumber[]): string {
    if (type === "int64") return this.vector(elements.map(({ size }) => size));
    const pieces = elements.map((element) => this.#number(type, element));
    return pieces.length === 1 ? pieces[0]! : this.#op("Concat", pieces, { axis: 0 });
  }

  /** start + step · (0, 1, 2, …), one for each element of the shape */
  #progression({ type, shape, start, step }: Extract<SizedConstant, { step: SizeExpression }>): string {
    const count = shape.map((size) => this.#size(size)).reduce((a, b) => this.#op("Mul", [a, b]));
    const first = this.#number(type, start);
    if (constantOf(step) === 0) return this.#op("Expand", [first, count]);
    const scalar = (name: string): string => this.#op("Squeeze", [name, this.#integers([0])]);
    const [zero, one] = [0, 1].map((value) => scalar(this.#integers([value])));
    const places = this.#cast(this.#op("Range", [zero!, scalar(count), one!]), type);
    const steps =
      constantOf(step) === 1
        ? places
        : this.#op("Mul", [places, this.#number(type, { size: step, reciprocal: false })]);
    return constantOf(start.size) === 0 ? steps : this.#op("Add", [steps, first]);
  }

  /** [1] of the type */
  #number(type: OnnxType, { size, reciprocal }: SizedNumber): string {
    const value = constantOf(size);
    if (value !== undefined && type === "float32" && !reciprocal) return this.#float(value);
    const number = this.#cast(this.#size(size), type);
    return reciprocal ? this.#op("Reciprocal", [number]) : number;
  }

  #cast(name: string, type: OnnxType): string {
    return type === "int64" ? name : this.#op("Cast", [name], { to: typeNumbers[type as "float32" | "int32"] });
  }

  /** int64 [1] */
  #size(size: SizeExpression): string {
    const value = constantOf(size);
    if (value !== undefined) return this.#integers([value]);
    if (axisOf(size) !== undefined) return this.#shape([size]);
    return size.terms.map((term) => this.#term(term)).reduce((sum, term) => this.#op("Add", [sum, term]));
  }

  #term({ coefficient, powers }: Term): string {
    const factors = powers.flatMap((power, axis) => {
      const only = { terms: [{ coefficient: 1, powers: powers.map((_, i) => (i === axis ? 1 : 0)) }], key: "" };
      return new Array<string>(power).fill(power === 0 ? "" : this.#shape([only]));
    });
    if (coefficient !== 1 || factors.length === 0) factors.push(this.#integers([coefficient]));
    return factors.reduce((product, factor) => this.#op("Mul", [product, factor]));
  }

  /** How many of the sizes, from the first, are consecutive in an input's shape. */
  #axisRun(sizes: SizedShape): number {
    const places = takeWhile(sizes, (size) => this.#places[axisOf(size) ?? -1]);
    const [first] = places;
    if (first === undefined) return 0;
    return takeWhile(places, ({ input, axis }, i) => (input === first.input && axis === first.axis + i) || undefined)
      .length;
  }

  #shape(sizes: SizedShape): string {
    const { input, axis } = this.#places[axisOf(sizes[0]!)!]!;
    return this.#op("Shape", [input], { start: axis, end: axis + sizes.length });
  }

  #integers(values: readonly number[]): string {
    return this.#once(`int64 ${values.join()}`, (name) => this.constants.set(name, integerConstant(name, values)));
  }

  #float(value: number): string {
    const bytes = new Uint8Array(Float32Array.of(value).buffer);
    return this.#once(`float ${value}`, (name) =>
      this.constants.set(name, { name, type: "float32", shape: [1], bytes, weight: false }),
    );
  }

  #op(op: string, inputs: readonly string[], attributes: ExportNode["attributes"] = {}): string {
    return this.#once(JSON.stringify([op, inputs, attributes]), (name) =>
      this.nodes.push({ op, domain: "", inputs, outputs: [name], attributes, kernel: "Shape" }),
    );
  }

  #once(key: string, write: (name: string) => void): string {
    let name = this.#written.get(key);
    if (name === undefined) {
      name = this.#fresh();
      this.#written.set(key, name);
      write(name);
    }
    return name;
  }
}

/** The shape for a Reshape: 0 keeps the input's length of that axis, −1 is inferred. */
export function reshapeTarget(from: SizedShape | undefined, to: SizedShape): SizedShape {
  const target = to.map((size, axis) =>
    constantOf(size) === undefined && from?.[axis]?.key === size.key ? constantSize(0) : size,
  );
  const open = target.findLastIndex((size) => constantOf(size) === undefined);
  return target.map((size, axis) => (axis === open ? constantSize(-1) : size));
}

function takeWhile<T, R>(items: readonly T[], pick: (item: T, i: number) => R | undefined): R[] {
  const taken: R[] = [];
  for (const [i, item] of items.entries()) {
    const picked = pick(item, i);
    if (picked === undefined) break;
    taken.push(picked);
  }
  return taken;
}
