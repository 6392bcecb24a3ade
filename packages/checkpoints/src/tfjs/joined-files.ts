import { readRange } from "../binary/read-range.ts";
import type { RandomAccess } from "../random-access.ts";

/** Concatenated files; a read only touches the files that it spans. Closing it closes all. */
export function joinedFiles(files: readonly RandomAccess[]): RandomAccess {
  const format = { code: "TFJS", format: "tfjs" } as const;
  const begins: number[] = [];
  let whole = 0;
  for (const { size } of files) {
    begins.push(whole);
    whole += size;
  }
  return {
    size: whole,
    fresh: files.every(({ fresh }) => fresh),
    async read(start, end) {
      const parts: Uint8Array[] = [];
      for (let i = lastAtMost(begins, start); i < files.length && begins[i]! < end; i++) {
        const [from, to] = [Math.max(start - begins[i]!, 0), Math.min(end - begins[i]!, files[i]!.size)];
        if (from < to) parts.push(await readRange(files[i]!, from, to, format));
      }
      return parts.length === 1 ? parts[0]! : concatenated(parts, end - start);
    },
    async close() {
      for (const file of files) await file.close?.();
    },
  };
}

/** Index of the last of these ascending numbers that is at most `limit`, by binary search. */
function lastAtMost(numbers: readonly number[], limit: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

function concatenated(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}
