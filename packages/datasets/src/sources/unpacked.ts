import { DatasetError } from "../dataset-error.ts";
import type { AnyIterable } from "../iterables/any-iterable.ts";
import { decompressed } from "./decompressed.ts";
import type { SourceOptions } from "./source.ts";
import { joined } from "./web-bytes.ts";
import { zipEntry } from "./zip-entry.ts";

type Piece = string | Uint8Array;

/**
 * Chunks of data, decompressed if the first bytes are those of gzip or zip, whatever the file's name. A zip is held in
 * memory compressed, and its requested file is decompressed in chunks.
 */
export async function* unpacked(
  chunks: AnyIterable<Piece>,
  options: SourceOptions,
): AsyncGenerator<Piece, void, undefined> {
  const iterator = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  let isHandedOn = false;
  try {
    const head: Uint8Array[] = [];
    let next = await iterator.next();
    for (; !next.done && next.value instanceof Uint8Array && lengthOf(head) < 4; next = await iterator.next())
      head.push(next.value);
    const start = joined(head);
    const rest = async function* (): AsyncGenerator<Piece, void, undefined> {
      if (start.length > 0) yield start;
      for (; !next.done; next = await iterator.next()) yield next.value;
    };
    if (start[0] === 0x1f && start[1] === 0x8b && start[2] === 8) {
      yield* decompressed(bytesOnly(rest()), "gzip", options.file);
    } else if (
      start[0] === 0x50 &&
      start[1] === 0x4b &&
      ((start[2] === 3 && start[3] === 4) || (start[2] === 5 && start[3] === 6))
    ) {
      const pieces: Uint8Array[] = [];
      for await (const piece of bytesOnly(rest())) pieces.push(piece);
      yield* zipEntry(joined(pieces), options);
    } else if (options.entry !== undefined) {
      throw new DatasetError(
        "unzip",
        `${JSON.stringify(options.entry)} was requested, but this is not a zip. Omit entry.`,
        { file: options.file },
      );
    } else {
      yield* rest();
    }
    isHandedOn = true;
  } finally {
    if (!isHandedOn) await iterator.return?.();
  }
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

async function* bytesOnly(pieces: AnyIterable<Piece>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of pieces) {
    if (typeof piece === "string") throw new DatasetError("read", "bytes are followed by text. Pass one or the other.");
    yield piece;
  }
}
