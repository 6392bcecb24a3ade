import type { ElementType } from "./safetensors/element-type.ts";
import type { StoredTensor } from "./safetensors/stored-tensor.ts";

/** The arrays that TensorFlow.js tensors of numbers and booleans hold. */
export type VariableData = Float32Array | Int32Array | Uint8Array;

const accepted: Readonly<Record<string, readonly ElementType[]>> = {
  float32: ["F32", "F16", "BF16", "F64"],
  int32: ["I32", "I64", "I16", "U16", "I8", "U8"],
  bool: ["BOOL"],
};

/** Whether a variable of a TensorFlow.js dtype can take what a file stores. */
export function acceptsElements(dtype: string, type: ElementType): boolean {
  return accepted[dtype]?.includes(type) ?? false;
}

/** A copy of stored values as a dtype's array; types as `acceptsElements` allows. */
export function copyAs(dtype: string, { data }: StoredTensor): VariableData {
  if (dtype === "bool") return Uint8Array.from(data as Uint8Array);
  if (dtype === "float32") return Float32Array.from(data as Float32Array);
  return data instanceof BigInt64Array ? Int32Array.from(data, Number) : Int32Array.from(data as Int32Array);
}
