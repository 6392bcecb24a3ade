import { CheckpointError } from "../checkpoint-error.ts";
import type { RandomAccess } from "../random-access.ts";
import type { TensorSource } from "../tensor-source.ts";
import { decodeElements } from "./element-type.ts";
import { headerLength, parseHeader } from "./header.ts";

/**
 * Opens a safetensors file by ranged reads: the header now, each tensor when it is asked for.
 * Closing the result closes `source`. Throws a CheckpointError that says what is wrong with a damaged file.
 */
export async function openSafetensors(source: RandomAccess): Promise<TensorSource> {
  const length = headerLength(await readRange(source, 0, Math.min(8, source.size)), source.size);
  const { entries, metadata } = parseHeader(await readRange(source, 8, 8 + length), source.size);
  return {
    metadata,
    entries,
    async tensor(name) {
      const entry = entries.get(name);
      if (!entry)
        throw new CheckpointError("NAMES", `tensor: the file holds no "${name}". It holds ${entries.size} others.`);
      const bytes = await readRange(source, entry.start, entry.end);
      return { name, type: entry.type, shape: entry.shape, data: decodeElements(entry.type, bytes) };
    },
    async close() {
      await source.close?.();
    },
  };
}

async function readRange(source: RandomAccess, start: number, end: number): Promise<Uint8Array> {
  const bytes = await source.read(start, end);
  if (bytes.length !== end - start) {
    throw new CheckpointError(
      "SAFETENSORS",
      `safetensors: asked the source for bytes ${start}..${end}, got ${bytes.length} bytes. The file may be cut short.`,
    );
  }
  return bytes;
}
