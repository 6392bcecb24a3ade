import { deflateRawSync } from "node:zlib";
import { crc32 } from "../sources/crc32.ts";

/** A zip of files, deflated or stored, with the extra files that macOS adds. */
export function makeZip(files: Readonly<Record<string, string>>, { stored = false }: { stored?: boolean } = {}): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  for (const [name, text] of Object.entries(files)) {
    const data = Buffer.from(text);
    const packed = stored ? data : deflateRawSync(data);
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(stored ? 0 : 8, 4);
    head.writeUInt32LE(crc32(data), 10);
    head.writeUInt32LE(packed.length, 14);
    head.writeUInt32LE(data.length, 18);
    head.writeUInt16LE(Buffer.byteLength(name), 22);
    const entry = Buffer.alloc(16);
    entry.writeUInt32LE(Buffer.concat(locals).length, 12);
    directory.push(Buffer.from("PK\x01\x02\x14\0", "latin1"), head, entry.subarray(2), Buffer.from(name));
    locals.push(Buffer.from("PK\x03\x04", "latin1"), head, Buffer.from(name), packed);
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(Buffer.concat(locals).length, 16);
  return Buffer.concat([...locals, central, end]);
}
