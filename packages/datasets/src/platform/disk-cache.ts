import { randomUUID } from "node:crypto";
import { type FileHandle, open, readdir, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { readInto } from "@bertkit/checks";
import type { DatasetParts } from "../dataset/pass.ts";
import { DatasetError } from "../dataset-error.ts";
import { crc32 } from "../sources/crc32.ts";

const magic = "bertkit items 1\n";
/** In place of a record's length: marks the end; the number of items follows. */
const endMark = 0xffffffff;

/**
 * Caches a dataset's items in a file: records of length, CRC-32 and Node's serialization, then an end mark. The file
 * gets its name when it is complete and flushed to disk, so an incomplete pass leaves no file; the one of a
 * process that was killed is removed when the next pass starts on the same machine.
 */
export function diskCached<Item>(parts: DatasetParts<Item>, file: string): DatasetParts<Item> {
  return {
    name: parts.name,
    size: parts.size,
    open: async function* ({ skip }) {
      const handle = await open(file).catch((error: { code?: string }) => {
        if (error.code === "ENOENT") return undefined;
        throw error;
      });
      if (handle !== undefined) return yield* kept<Item>(handle, file, skip);
      yield* keeping(parts, file, skip);
    },
  };
}

async function* keeping<Item>(
  parts: DatasetParts<Item>,
  file: string,
  skip: number,
): AsyncGenerator<Item, void, undefined> {
  await removeOfDead(file);
  const temporary = `${file}.${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}.unfinished`;
  const handle = await open(temporary, "wx").catch((error: { code?: string }) => {
    if (error.code !== "ENOENT" && error.code !== "ENOTDIR") throw error;
    throw new DatasetError("Dataset.cache", "there is no folder for the file. Make it first.", { file });
  });
  let isComplete = false;
  try {
    await handle.appendFile(magic);
    let count = 0;
    for await (const item of parts.open({ epoch: 0, skip: 0 })) {
      checkPlain(item, 0);
      const bytes = serialize(item);
      await handle.appendFile(Buffer.concat([words(bytes.length, crc32(bytes)), bytes]));
      if (count++ >= skip) yield item;
    }
    await handle.appendFile(words(endMark, count));
    await handle.sync();
    isComplete = true;
  } finally {
    await handle.close();
    await (isComplete ? rename(temporary, file) : rm(temporary, { force: true }));
  }
}

/** Removes the incomplete files of this machine's processes that have ended. */
async function removeOfDead(file: string): Promise<void> {
  const start = `${basename(file)}.${hostname()}-`;
  const names = await readdir(dirname(file)).catch(() => []); // a missing folder is reported when the file is opened
  for (const name of names) {
    const pid = name.startsWith(start)
      ? /^(\d+)-[\da-f]{8}\.unfinished$/.exec(name.slice(start.length))?.[1]
      : undefined;
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(dirname(file), name), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

async function* kept<Item>(handle: FileHandle, file: string, skip: number): AsyncGenerator<Item, void, undefined> {
  const damaged = (): DatasetError =>
    new DatasetError(
      "Dataset.cache",
      "the cached items are damaged, or the file is another one. Remove it, and they are computed again.",
      { file },
    );
  try {
    const { size } = await handle.stat();
    const read = async (length: number): Promise<Buffer> => {
      if (place + length > size) throw damaged();
      const bytes = Buffer.allocUnsafe(length);
      if ((await readInto(bytes, handle, place)) < length) throw damaged();
      place += length;
      return bytes;
    };
    let place = 0;
    if ((await read(Math.min(size, magic.length))).toString() !== magic) throw damaged();
    for (let count = 0; ; count++) {
      const head = await read(8);
      const [length, sum] = [head.readUInt32LE(0), head.readUInt32LE(4)];
      if (length === endMark) {
        if (sum !== count || place !== size) throw damaged();
        return;
      }
      if (count < skip) {
        place += length;
        continue;
      }
      const bytes = await read(length);
      if (crc32(bytes) !== sum) throw damaged();
      yield deserialize(bytes) as Item;
    }
  } finally {
    await handle.close();
  }
}

function words(first: number, second: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(first, 0);
  bytes.writeUInt32LE(second >>> 0, 4);
  return bytes;
}

/** Accepts only values that serialization preserves: other objects would lose their class and its methods. */
function checkPlain(value: unknown, depth: number): void {
  if (typeof value === "function" || typeof value === "symbol") throw notPlain(typeof value);
  if (
    typeof value !== "object" ||
    value === null ||
    ArrayBuffer.isView(value) ||
    value instanceof ArrayBuffer ||
    value instanceof Date
  )
    return;
  if (depth > 64) throw notPlain("an object nested deeper than 64");
  if (Array.isArray(value)) return value.forEach((item) => checkPlain(item, depth + 1));
  if (value instanceof Map) return [...value].forEach((item) => checkPlain(item, depth + 1));
  if (value instanceof Set) return value.forEach((item) => checkPlain(item, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype)
    throw notPlain(`a ${(value.constructor?.name || "class").slice(0, 60)}`);
  for (const item of Object.values(value)) checkPlain(item, depth + 1);
}

function notPlain(what: string): DatasetError {
  return new DatasetError(
    "Dataset.cache",
    `${what} cannot be cached in a file. Map items to plain objects, arrays, texts and numbers first, or cache in memory.`,
  );
}
