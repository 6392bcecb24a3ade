import { ByteCursor } from "../../binary/byte-cursor.ts";
import { readVarint } from "../../binary/varint.ts";
import { tensorflowError } from "../tensorflow-error.ts";

/** A copy of 64 bytes takes at least two bytes, so no valid block grows more. */
const maxGrowth = 32;

/**
 * Decompresses Snappy (github.com/google/snappy, format_description.txt). Throws a CheckpointError if the input is
 * damaged or the output longer than `max` bytes, before allocating more than the input can fill.
 */
export function uncompressSnappy(compressed: Uint8Array, max: number = Infinity): Uint8Array {
  const input = new ByteCursor(compressed);
  const length = readVarint(input);
  if (length === undefined || length > compressed.length * maxGrowth)
    throw tensorflowError(
      `a compressed block of ${compressed.length} bytes claims ${length ?? "too many"} decompressed bytes.`,
    );
  if (length > max)
    throw tensorflowError(`the compressed blocks have more than 8 times the bytes of the index file. It is damaged.`);
  const output = new Uint8Array(length);
  let filled = 0;
  while (input.left > 0) {
    const tag = input.uint8();
    if ((tag & 3) === 0) {
      const literal = input.take(literalLength(tag, input));
      if (literal.length > length - filled) throw damaged();
      output.set(literal, filled);
      filled += literal.length;
      continue;
    }
    const { offset, count } = copyElement(tag, input);
    if (offset === 0 || offset > filled || count > length - filled) throw damaged();
    // Byte by byte, because a copy may read bytes that it has just written.
    for (const end = filled + count; filled < end; filled++) output[filled] = output[filled - offset]!;
  }
  if (filled !== length) throw damaged();
  return output;
}

function literalLength(tag: number, input: ByteCursor): number {
  const code = tag >>> 2;
  if (code < 60) return code + 1;
  return 1 + littleEndian(input.take(code - 59));
}

function copyElement(tag: number, input: ByteCursor): { offset: number; count: number } {
  if ((tag & 3) === 1) return { count: 4 + ((tag >>> 2) & 7), offset: ((tag >>> 5) << 8) | input.uint8() };
  return { count: 1 + (tag >>> 2), offset: littleEndian(input.take((tag & 3) === 2 ? 2 : 4)) };
}

function littleEndian(bytes: Uint8Array): number {
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
}

function damaged(): Error {
  return tensorflowError("a compressed block is damaged.");
}
