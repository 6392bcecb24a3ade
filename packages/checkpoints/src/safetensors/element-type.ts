import { decodeBfloat16, decodeFloat16, encodeBfloat16, encodeFloat16 } from "./half-floats.ts";

/** The supported element types of safetensors files. */
export type ElementType =
  | "F64"
  | "F32"
  | "F16"
  | "BF16"
  | "I64"
  | "I32"
  | "I16"
  | "I8"
  | "U64"
  | "U32"
  | "U16"
  | "U8"
  | "BOOL";

/** The arrays for values of the element types: half floats are widened to float32, booleans are 0 and 1. */
export type ElementArray =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

const bytesPerElement: Readonly<Record<ElementType, number>> = {
  U64: 8,
  I64: 8,
  F64: 8,
  F32: 4,
  U32: 4,
  I32: 4,
  BF16: 2,
  F16: 2,
  U16: 2,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

/** All element types, widest first, in the layout order of Hugging Face's library. */
export const elementTypes: readonly ElementType[] = Object.keys(bytesPerElement) as ElementType[];

export function isElementType(value: unknown): value is ElementType {
  return typeof value === "string" && Object.hasOwn(bytesPerElement, value);
}

export function elementSize(type: ElementType): number {
  return bytesPerElement[type];
}

/**
 * Little-endian bytes → values: a view if the memory is aligned and needs no widening, otherwise a copy. The number of
 * bytes must be a multiple of the element size.
 */
export function decodeElements(type: ElementType, bytes: Uint8Array): ElementArray {
  const size = bytesPerElement[type];
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes); // slice() of a Buffer is a view
  const view = [aligned.buffer as ArrayBuffer, aligned.byteOffset, aligned.byteLength / size] as const;
  switch (type) {
    case "F64":
      return new Float64Array(...view);
    case "F32":
      return new Float32Array(...view);
    case "F16":
      return decodeFloat16(new Uint16Array(...view));
    case "BF16":
      return decodeBfloat16(new Uint16Array(...view));
    case "I64":
      return new BigInt64Array(...view);
    case "U64":
      return new BigUint64Array(...view);
    case "I32":
      return new Int32Array(...view);
    case "U32":
      return new Uint32Array(...view);
    case "I16":
      return new Int16Array(...view);
    case "U16":
      return new Uint16Array(...view);
    case "I8":
      return new Int8Array(...view);
    case "U8":
    case "BOOL":
      return new Uint8Array(...view);
    default:
      return type satisfies never;
  }
}

/** Values → little-endian bytes; a view if no conversion is needed. Undefined if the array does not match the type. */
export function encodeElements(type: ElementType, data: ElementArray): Uint8Array | undefined {
  if (type === "F16" || type === "BF16") {
    if (!(data instanceof Float32Array)) return undefined;
    return bytesOf(type === "F16" ? encodeFloat16(data) : encodeBfloat16(data));
  }
  if (type === "BOOL") {
    return data instanceof Uint8Array && data.every((value) => value <= 1) ? bytesOf(data) : undefined;
  }
  return naturalType(data) === type ? bytesOf(data) : undefined;
}

/** The element type that stores an array unchanged; undefined if it is none of these arrays. */
export function naturalType(data: ElementArray): ElementType | undefined {
  if (data instanceof Float32Array) return "F32";
  if (data instanceof Float64Array) return "F64";
  if (data instanceof Int32Array) return "I32";
  if (data instanceof Uint32Array) return "U32";
  if (data instanceof BigInt64Array) return "I64";
  if (data instanceof BigUint64Array) return "U64";
  if (data instanceof Int16Array) return "I16";
  if (data instanceof Uint16Array) return "U16";
  if (data instanceof Int8Array) return "I8";
  return data instanceof Uint8Array ? "U8" : undefined;
}

function bytesOf(data: ElementArray): Uint8Array {
  return new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
}
