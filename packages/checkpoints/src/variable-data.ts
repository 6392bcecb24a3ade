import { CheckpointError } from "./checkpoint-error.ts";
import type { ElementType } from "./safetensors/element-type.ts";
import type { StoredTensor } from "./safetensors/stored-tensor.ts";
import { shown } from "./shown.ts";

/** The arrays of numeric and boolean TensorFlow.js tensors. */
export type VariableData = Float32Array | Int32Array | Uint8Array;

const accepted: Readonly<Record<string, readonly ElementType[]>> = {
  float32: ["F32", "F16", "BF16", "F64"],
  int32: ["I32", "I64", "I16", "U16", "I8", "U8"],
  bool: ["BOOL"],
};

const written: Readonly<Record<string, ElementType>> = { float32: "F32", int32: "I32", bool: "BOOL" };

/** The element type that stores a TensorFlow.js dtype unchanged; undefined if there is none. */
export function elementTypeOf(dtype: string): ElementType | undefined {
  return written[dtype];
}

/** Whether a variable of a TensorFlow.js dtype can be loaded from this element type. */
export function acceptsElements(dtype: string, type: ElementType): boolean {
  return accepted[dtype]?.includes(type) ?? false;
}

/**
 * Stored values as an array of the dtype that the caller owns: the stored array if it is owned and of the right kind,
 * else a copy. For types that `acceptsElements` allows.
 *
 * @throws CheckpointError that names the tensor if a 64-bit integer is beyond 32 bits
 */
export function ownedAs(dtype: string, { name, data, owned = false }: StoredTensor): VariableData {
  if (data instanceof BigInt64Array) return narrowed(name, data);
  const kind = dtype === "float32" ? Float32Array : dtype === "int32" ? Int32Array : Uint8Array;
  return owned && data instanceof kind ? data : new kind(data as Float32Array);
}

function narrowed(name: string, data: BigInt64Array): Int32Array {
  const values = Int32Array.from(data, Number);
  const wrong = values.findIndex((value, i) => value !== Number(data[i]));
  if (wrong >= 0)
    throw new CheckpointError(
      "NAMES",
      `importVariables: ${shown(name)} has ${data[wrong]} at ${wrong}, beyond the 32 bits of an int32 variable. Write it with smaller numbers, or as float32 for a float32 variable.`,
    );
  return values;
}
