import { readRange } from "../binary/read-range.ts";
import type { RandomAccess } from "../random-access.ts";

/** Files one behind another as one; a read touches only those that it spans. Closing it closes all. */
export function joinedFiles(files: readonly RandomAccess[]): RandomAccess {
  const format = { code: "TFJS", format: "tfjs" } as const;
  return {
    size: files.reduce((sum, { size }) => sum + size, 0),
    fresh: files.every(({ fresh }) => fresh),
    async read(start, end) {
      const parts: Uint8Array[] = [];
      let begin = 0;
      for (const file of files) {
        const [from, to] = [Math.max(start - begin, 0), Math.min(end - begin, file.size)];
        if (from < to) parts.push(await readRange(file, from, to, format));
        begin += file.size;
      }
      return parts.length === 1 ? parts[0]! : concatenated(parts, end - start);
    },
    async close() {
      for (const file of files) await file.close?.();
    },
  };
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
