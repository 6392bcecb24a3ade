/** Element types that live in native memory; string and complex64 stay in JavaScript. */
export type NumericType = "float32" | "int32" | "bool";

export type Values = Float32Array | Int32Array | Uint8Array;

/** A dtype with a shape. Equal pairs share one object, so comparing types is comparing numbers. */
export interface TensorType {
  readonly id: number;
  readonly dtype: NumericType;
  readonly shape: readonly number[];
  readonly size: number;
  readonly bytes: number;
}

/** Held weakly: of all shapes that a process ever saw only those stay that something still has. */
const known: Map<string, WeakRef<TensorType>> = new Map();

const collected: FinalizationRegistry<string> = new FinalizationRegistry((key) => {
  if (known.get(key)?.deref() === undefined) known.delete(key);
});

let nextId = 0;

export function tensorType(dtype: NumericType, shape: readonly number[]): TensorType {
  const key = dtype + shape.join();
  let type = known.get(key)?.deref();
  if (type === undefined) {
    const size = shape.reduce((product, dimension) => product * dimension, 1);
    type = { id: nextId++, dtype, shape: Object.freeze([...shape]), size, bytes: size * (dtype === "bool" ? 1 : 4) };
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
