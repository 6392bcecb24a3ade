// Hand-assembled files in torch.save's two formats, for content that PyTorch would not write.
import { crc32 } from "../binary/crc-32.ts";

/** Bytes of opcodes (strings) and their arguments (numbers or bytes). */
export function pickle(...parts: (string | number | Uint8Array)[]): Uint8Array {
  return Uint8Array.from([
    0x80,
    2,
    ...parts.flatMap((part) =>
      typeof part === "number" ? [part] : typeof part === "string" ? [...Buffer.from(part, "latin1")] : [...part],
    ),
    0x2e,
  ]);
}

/** A short string. */
export function text(value: string): Uint8Array {
  return Uint8Array.from([0x8c, value.length, ...Buffer.from(value)]);
}

/** A 32-bit integer. */
export function int(value: number): Uint8Array {
  const bytes = new Uint8Array(5);
  bytes[0] = 0x4a;
  new DataView(bytes.buffer).setInt32(1, value, true);
  return bytes;
}

const tuple = (items: readonly number[]): (string | Uint8Array)[] => ["(", ...items.map(int), "t"];

export interface TensorSpec {
  offset?: number;
  shape?: readonly number[];
  strides?: readonly number[];
  /** Elements that the storage claims. */
  length?: number;
  key?: string;
  storage?: string;
}

/** The opcodes that rebuild a float tensor over storage "0". */
export function tensor({
  offset = 0,
  shape = [4],
  strides = [1],
  length = 4,
  key = "0",
  storage = "FloatStorage",
}: TensorSpec = {}): (string | Uint8Array)[] {
  return [
    "ctorch._utils\n_rebuild_tensor_v2\n((",
    text("storage"),
    `ctorch\n${storage}\n`,
    text(key),
    text("cpu"),
    int(length),
    "tQ",
    int(offset),
    ...tuple(shape),
    ...tuple(strides),
    "\x89}tR",
  ];
}

/** A state dict of one tensor, "a". */
export function stateDict(spec: TensorSpec = {}): Uint8Array {
  return pickle("}", text("a"), ...tensor(spec), "s");
}

export interface ZipFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly method?: number;
  readonly crc?: number;
  /** Wrong values in the directory. */
  readonly size?: number;
  readonly header?: number;
}

/** A zip file of uncompressed files. */
export function zip(files: readonly ZipFile[]): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let position = 0;
  for (const { name, bytes, method = 0, crc = crc32(bytes), size = bytes.length, header = position } of files) {
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    parts.push(local, Buffer.from(name), Buffer.from(bytes));
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(crc, 16);
    entry.writeUInt32LE(size, 20);
    entry.writeUInt32LE(size, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(header, 42);
    directory.push(entry, Buffer.from(name));
    position += 30 + name.length + bytes.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(
    directory.reduce((sum, { length }) => sum + length, 0),
    12,
  );
  end.writeUInt32LE(position, 16);
  return new Uint8Array(Buffer.concat([...parts, ...directory, end]));
}

/** A file in torch.save's zip format. */
export function torchZip(dataPickle: Uint8Array, storage: Uint8Array = new Uint8Array(16)): Uint8Array {
  return zip([
    { name: "archive/data.pkl", bytes: dataPickle },
    { name: "archive/data/0", bytes: storage },
  ]);
}
