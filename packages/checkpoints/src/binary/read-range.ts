import { CheckpointError, type CheckpointErrorCode } from "../checkpoint-error.ts";
import type { RandomAccess } from "../random-access.ts";

/** Reads a range that must be there whole. Throws a CheckpointError of the format's code, which names the file, otherwise. */
export async function readRange(
  source: RandomAccess,
  start: number,
  end: number,
  { code, format }: { code: CheckpointErrorCode; format: string },
): Promise<Uint8Array> {
  const where = source.label === undefined ? format : `${format}: ${source.label}`;
  if (start >= 0 && start <= end && end <= source.size) {
    const bytes = await source.read(start, end);
    if (bytes.length === end - start) return bytes;
    throw new CheckpointError(
      code,
      `${where}: asked the source for bytes ${start}..${end}, got ${bytes.length} bytes. The file may be cut short.`,
    );
  }
  throw new CheckpointError(
    code,
    `${where}: bytes ${start}..${end} are asked for, the file has ${source.size}. The file is damaged or cut short.`,
  );
}
