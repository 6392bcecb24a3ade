// 32-bit cyclic redundancy checks, bit-reflected, eight bytes per step (Kounavis & Berry, 2005).

/** CRC-32 of ISO 3309, as in zip files. `before` is the checksum of the preceding bytes. */
export const crc32: (bytes: Uint8Array, before?: number) => number = checksum(0xedb88320);

/** CRC-32C (Castagnoli), as in TensorFlow's files. `before` is the checksum of the preceding bytes. */
export const crc32c: (bytes: Uint8Array, before?: number) => number = checksum(0x82f63b78);

/** TensorFlow's stored form of a CRC-32C, which stays effective for bytes that contain checksums. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

function checksum(polynomial: number): (bytes: Uint8Array, before?: number) => number {
  let tables: Uint32Array[] | undefined;
  return (bytes, before = 0) => {
    const [t0, t1, t2, t3, t4, t5, t6, t7] = (tables ??= makeTables(polynomial)) as [
      Uint32Array,
      Uint32Array,
      Uint32Array,
      Uint32Array,
      Uint32Array,
      Uint32Array,
      Uint32Array,
      Uint32Array,
    ];
    let crc = ~before;
    let i = 0;
    for (const end = bytes.length - 7; i < end; i += 8) {
      const low = crc ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
      crc =
        t7[low & 0xff]! ^
        t6[(low >>> 8) & 0xff]! ^
        t5[(low >>> 16) & 0xff]! ^
        t4[low >>> 24]! ^
        t3[bytes[i + 4]!]! ^
        t2[bytes[i + 5]!]! ^
        t1[bytes[i + 6]!]! ^
        t0[bytes[i + 7]!]!;
    }
    for (; i < bytes.length; i++) crc = (crc >>> 8) ^ t0[(crc ^ bytes[i]!) & 0xff]!;
    return ~crc >>> 0;
  };
}

/** Table k has the checksums of one byte followed by k zero bytes. */
function makeTables(polynomial: number): Uint32Array[] {
  const tables = [new Uint32Array(256)];
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    tables[0]![byte] = crc;
  }
  for (let k = 1; k < 8; k++) {
    const [first, previous] = [tables[0]!, tables[k - 1]!];
    tables.push(Uint32Array.from(previous, (crc) => (crc >>> 8) ^ first[crc & 0xff]!));
  }
  return tables;
}
