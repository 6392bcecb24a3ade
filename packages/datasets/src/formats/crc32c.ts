const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

// tables[k]: the checksum of a byte followed by k zero bytes, so that four bytes are processed at a time.
const tables = [table];
for (let k = 1; k < 4; k++)
  tables.push(Uint32Array.from(tables[k - 1]!, (value) => table[value & 0xff]! ^ (value >>> 8)));
const [, table1, table2, table3] = tables as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];

/** TensorFlow's masked CRC-32C (Castagnoli), as in TFRecord files. */
export function maskedCrc32c(bytes: Uint8Array, start: number = 0, end: number = bytes.length): number {
  let value = ~0;
  let i = start;
  for (; i + 4 <= end; i += 4) {
    value ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    value =
      table3[value & 0xff]! ^ table2[(value >>> 8) & 0xff]! ^ table1[(value >>> 16) & 0xff]! ^ table[value >>> 24]!;
  }
  for (; i < end; i++) value = table[(value ^ bytes[i]!) & 0xff]! ^ (value >>> 8);
  const sum = ~value >>> 0;
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0;
}
