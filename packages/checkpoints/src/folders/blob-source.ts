import type { RandomAccess } from "../random-access.ts";

/** Random access to a blob, which browsers may keep on disk: only what is read is in memory. */
export function blobSource(blob: Blob, label: string): RandomAccess {
  return {
    size: blob.size,
    label,
    fresh: true,
    read: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
  };
}
