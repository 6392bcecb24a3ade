import { inFile } from "../binary/in-file.ts";
import { readRange } from "../binary/read-range.ts";
import { startStandIn } from "../binary/stand-in-of.ts";
import { CheckpointError } from "../checkpoint-error.ts";
import { shown } from "../shown.ts";
import { checkRandomAccess, type RandomAccess } from "../random-access.ts";
import type { TensorSource } from "../tensor-source.ts";
import { decodeTensor } from "./decode-tensor.ts";
import { headerLength, invalid, parseHeader } from "./header.ts";

const format = { code: "SAFETENSORS", format: "safetensors" } as const;

/**
 * Opens a safetensors file with ranged reads: reads the header now, each tensor on demand. Closing the result closes
 * `source`. Throws a CheckpointError on a damaged file.
 */
export async function openSafetensors(source: RandomAccess): Promise<TensorSource> {
  checkRandomAccess("openSafetensors", source);
  const { entries, metadata } = await inFile(source.label, async () => {
    const length = await lengthIn(source);
    return parseHeader(await readRange(source, 8, 8 + length, format), source.size);
  });
  return {
    metadata,
    entries,
    async tensor(name) {
      const entry = entries.get(name);
      if (!entry)
        throw new CheckpointError(
          "NAMES",
          `tensor: the file has no ${shown(name)}. It has ${entries.size} other tensors.`,
        );
      return decodeTensor(entry, await readRange(source, entry.start, entry.end, format), source);
    },
    async close() {
      await source.close?.();
    },
  };
}

async function lengthIn(source: RandomAccess): Promise<number> {
  const prefix = await readRange(source, 0, Math.min(8, source.size), format);
  try {
    return headerLength(prefix, source.size);
  } catch (error) {
    const instead = await startStandIn(source);
    throw instead === undefined ? error : invalid(`the file ${instead}.`);
  }
}
