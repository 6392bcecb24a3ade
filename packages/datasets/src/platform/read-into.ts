import type { FileHandle } from "node:fs/promises";

/** Node aborts the process if one read is of 2 GiB or more. */
const longestRead = 2 ** 30;

/** Fills `bytes` from a place in a file; returns how many bytes were read, fewer only at the end of the file. */
export async function readInto(bytes: Uint8Array, handle: FileHandle, place: number): Promise<number> {
  let done = 0;
  while (done < bytes.length) {
    const length = Math.min(bytes.length - done, longestRead);
    const { bytesRead } = await handle.read(bytes, done, length, place + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}
