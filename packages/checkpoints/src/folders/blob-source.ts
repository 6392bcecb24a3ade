import type { RandomAccess } from "../random-access.ts";

/** Random access to a blob. Browsers may keep blobs on disk, so only what is read takes memory. */
export function blobSource(blob: Blob, label: string): RandomAccess {
  return {
    size: blob.size,
    label,
    fresh: true,
    read: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
  };
}
