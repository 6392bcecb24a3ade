import { Features } from "./features.ts";

export type BinaryPrecision = "binary" | "ubinary";

/**
 * Vectors as bits, 1 for a positive number, eight to a byte, first bit highest: dims [rows, size / 8]. "ubinary" has
 * bytes 0 to 255; "binary" subtracts 128, for int8. Source: sentence-transformers, `quantize_embeddings`.
 *
 * @param where the caller's name, for the errors
 * @throws RangeError unless there is one vector per row, of a size that is a multiple of eight
 */
export function quantizeFeatures(
  where: string,
  { data, dims }: Features,
  precision: BinaryPrecision,
): Features<Int8Array | Uint8Array> {
  const [rows, size] = dims as readonly [number, number];
  if (dims.length !== 2)
    throw new RangeError(`${where}: quantize needs one vector for each text. Pass a pooling, such as "mean".`);
  if (size % 8 !== 0)
    throw new RangeError(`${where}: quantize needs vectors of a multiple of eight numbers, got ${size}. Omit it.`);
  const bytes = new Uint8Array(data.length / 8);
  for (const [i, value] of data.entries()) if (value > 0) bytes[i >> 3]! |= 0x80 >> (i & 7);
  const shape = [rows, size / 8];
  return precision === "ubinary"
    ? new Features(bytes, shape)
    : new Features(
        Int8Array.from(bytes, (byte) => byte - 128),
        shape,
      );
}
