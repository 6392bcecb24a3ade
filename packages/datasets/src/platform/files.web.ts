// Selected by the default condition in package.json's imports.
import type { DatasetParts } from "../dataset/pass.ts";
import { DatasetError } from "../dataset-error.ts";
import type { RandomAccess } from "../sources/random-access.ts";
import { webBytes, webRandomAccess } from "../sources/web-bytes.ts";

/** The bytes of a URL, relative to the page's. */
export function fileBytes(path: string | URL): AsyncGenerator<Uint8Array, void, undefined> {
  return webBytes(addressOf(path));
}

/** Random access to the same bytes. */
export async function openFile(path: string | URL, _file?: string): Promise<RandomAccess> {
  return webRandomAccess(addressOf(path));
}

/** @throws always: a page cannot list folders */
export async function filesUnder(folder: string): Promise<string[]> {
  throw new DatasetError(
    "readFolder",
    `a page cannot list the folder ${folder.slice(0, 200)}. Pass the files from <input type="file" webkitdirectory>.`,
  );
}

/** The size in bytes of the file at a URL. */
export async function sizeOfFile(path: string | URL): Promise<number | undefined> {
  return (await webRandomAccess(addressOf(path))).size;
}

/** @throws always: a page has no files for a cache */
export function diskCached<Item>({ name }: DatasetParts<Item>, file: string): DatasetParts<Item> {
  throw new DatasetError(
    "Dataset.cache",
    `a page cannot cache ${name} in the file ${file.slice(0, 200)}. Omit file, to cache in memory.`,
  );
}

/** A page's URLs are files. */
export async function isFolder(_path: string): Promise<boolean> {
  return false;
}

/** A page has no environment. */
export function environment(_name: string): string | undefined {
  return undefined;
}

function addressOf(path: string | URL): URL {
  const base = (globalThis as { location?: { href: string } }).location?.href;
  try {
    return new URL(path, base);
  } catch {
    throw new DatasetError("read", `${String(path).slice(0, 200)} is not a URL. Pass a complete one, "https://…".`);
  }
}
