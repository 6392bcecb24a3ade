import { CheckpointError, type CheckpointErrorCode } from "../checkpoint-error.ts";
import type { RandomAccess } from "../random-access.ts";

/** Reads a range. Throws a CheckpointError with the format's code and the file's name if the range is not complete. */
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
      `${where}: requested bytes ${start}..${end}, got ${bytes.length} bytes. The file may be truncated.`,
    );
  }
  throw new CheckpointError(
    code,
    `${where}: bytes ${start}..${end} are beyond the file's ${source.size} bytes. The file is damaged or truncated.`,
  );
}
