/** Maximum of one read or write: Node aborts the process if it is of 2 GiB or more. */
const longest = 2 ** 30;

/** What is used of a FileHandle of `node:fs/promises`; its type would need Node's types in every package. */
interface Readable {
  read(bytes: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>;
}

interface Writable {
  write(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesWritten: number }>;
}

/** Fills `bytes` from a place in a file; returns how many bytes were read, fewer only at the end of the file. */
export async function readInto(bytes: Uint8Array, file: Readable, place: number): Promise<number> {
  let done = 0;
  while (done < bytes.length) {
    const length = Math.min(bytes.length - done, longest);
    const { bytesRead } = await file.read(bytes, done, length, place + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

/** Writes all of `bytes` at a place in a file: one write may write fewer, for instance on a nearly full disk. */
export async function writeAll(bytes: Uint8Array, file: Writable, place: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const length = Math.min(bytes.length - done, longest);
    done += (await file.write(bytes, done, length, place + done)).bytesWritten;
  }
}
