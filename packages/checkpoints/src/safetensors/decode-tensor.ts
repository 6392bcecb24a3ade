import type { RandomAccess } from "../random-access.ts";
import type { TensorDescription } from "../tensor-source.ts";
import { decodeElements } from "./element-type.ts";
import type { StoredTensor } from "./stored-tensor.ts";

/** Decodes a tensor from little-endian bytes. It is owned if the bytes are, or if widening allocated new memory. */
export function decodeTensor(
  { name, type, shape }: TensorDescription,
  bytes: Uint8Array,
  { fresh = false }: Pick<RandomAccess, "fresh">,
): StoredTensor {
  const data = decodeElements(type, bytes);
  return { name, type, shape, data, owned: fresh || data.buffer !== bytes.buffer };
}
