import { pickle, text } from "./pickle-bytes.ts";

const magic = Uint8Array.of(0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19);

/** A file in torch.save's legacy format, with one storage. */
export function legacyFile(statePickle: Uint8Array, key: string, storage: Uint8Array): Uint8Array {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(storage.length / 4));
  return new Uint8Array(
    Buffer.concat([
      pickle(magic),
      pickle("M", 0xe9, 0x03),
      pickle("}", text("little_endian"), "\x88s"),
      statePickle,
      pickle("](", text(key), "e"),
      length,
      storage,
    ]),
  );
}
