/** Element types that are stored in native memory; string and complex64 stay in JavaScript. */
export type NumericType = "float32" | "int32" | "bool";

export type Values = Float32Array | Int32Array | Uint8Array;

/** Element types in graphs. "uint8" is only for quantized weights; no tensor has it. */
export type ElementType = NumericType | "uint8";

/** A dtype with a shape. Equal pairs share one object, so comparing types is comparing numbers. */
export interface TensorType {
  readonly id: number;
  readonly dtype: NumericType;
  /** The dtype, except for `byteType`. */
  readonly element: ElementType;
  readonly shape: readonly number[];
  readonly size: number;
  readonly bytes: number;
}

/** Weak references, so that only types in use are kept, not every shape that the process has seen. */
const known: Map<string, WeakRef<TensorType>> = new Map();

const collected: FinalizationRegistry<string> = new FinalizationRegistry((key) => {
  if (known.get(key)?.deref() === undefined) known.delete(key);
});

let nextId = 0;

export function tensorType(dtype: NumericType, shape: readonly number[]): TensorType {
  return typeOf(dtype, dtype, shape);
}

/** The type of quantized weights. The dtype "bool" only stands for the same number of bytes. */
export function byteType(shape: readonly number[]): TensorType {
  return typeOf("bool", "uint8", shape);
}

function typeOf(dtype: NumericType, element: ElementType, shape: readonly number[]): TensorType {
  const key = element + shape.join();
  let type = known.get(key)?.deref();
  if (type === undefined) {
    const size = shape.reduce((product, dimension) => product * dimension, 1);
    const bytes = size * (dtype === "bool" ? 1 : 4);
    type = { id: nextId++, dtype, element, shape: Object.freeze([...shape]), size, bytes };
    known.set(key, new WeakRef(type));
    collected.register(type, key);
  }
  return type;
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * The values in the array type of their dtype, in memory that is not shared, as ONNX Runtime needs them. tfjs may pass a
 * bool tensor as Int32Array, and numbers as a plain array.
 */
export function exactArray(values: Values | readonly number[], dtype: NumericType): Values {
  const kind = dtype === "float32" ? Float32Array : dtype === "int32" ? Int32Array : Uint8Array;
  const exact = values.constructor === kind && (values as Values).buffer instanceof ArrayBuffer;
  return exact ? (values as Values) : kind.from(values as ArrayLike<number>);
}
