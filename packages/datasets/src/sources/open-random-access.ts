import { openFile } from "#files";
import { collect } from "../iterables/collect.ts";
import { byteChunks } from "./byte-chunks.ts";
import type { RandomAccess } from "./random-access.ts";
import { isAddress, isText, nameOf, openedSource, type Source, type SourceOptions } from "./source.ts";
import { joined, webRandomAccess } from "./web-bytes.ts";

/** Random access to a source's bytes: files and URLs by ranges; streams are read into memory. */
export async function randomAccess(source: Source, options: SourceOptions = {}): Promise<RandomAccess> {
  let opened = await openedSource(source);
  const { file = nameOf(opened), entry } = options;
  if (entry === undefined) {
    if (typeof opened === "string" && isAddress(opened)) opened = new URL(opened);
    if (typeof opened === "string" && !isText(opened) && opened !== "") return openFile(opened, file);
    if (opened instanceof URL) return opened.protocol === "file:" ? openFile(opened, file) : webRandomAccess(opened);
    if (opened instanceof Blob) {
      const blob = opened;
      return {
        size: blob.size,
        read: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
      };
    }
  }
  const bytes = joined(await collect(byteChunks(opened, { ...options, ...(file !== undefined && { file }) })));
  return { size: bytes.length, read: async (start, end) => bytes.subarray(start, end) };
}
