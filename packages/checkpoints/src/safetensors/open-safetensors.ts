import { readRange } from "../binary/read-range.ts";
import { CheckpointError } from "../checkpoint-error.ts";
import type { RandomAccess } from "../random-access.ts";
import type { TensorSource } from "../tensor-source.ts";
import { decodeElements } from "./element-type.ts";
import { headerLength, parseHeader } from "./header.ts";

const format = { code: "SAFETENSORS", format: "safetensors" } as const;

/**
 * Opens a safetensors file by ranged reads: the header now, each tensor when it is asked for.
 * Closing the result closes `source`. Throws a CheckpointError that says what is wrong with a damaged file.
 */
export async function openSafetensors(source: RandomAccess): Promise<TensorSource> {
  const length = headerLength(await readRange(source, 0, Math.min(8, source.size), format), source.size);
  const { entries, metadata } = parseHeader(await readRange(source, 8, 8 + length, format), source.size);
  return {
    metadata,
    entries,
    async tensor(name) {
      const entry = entries.get(name);
      if (!entry)
        throw new CheckpointError("NAMES", `tensor: the file holds no "${name}". It holds ${entries.size} others.`);
      const bytes = await readRange(source, entry.start, entry.end, format);
      return { name, type: entry.type, shape: entry.shape, data: decodeElements(entry.type, bytes) };
    },
    async close() {
      await source.close?.();
    },
  };
}
