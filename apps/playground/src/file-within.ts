import { realpath } from "node:fs/promises";
import { join, resolve, sep } from "node:path";

/**
 * The real path of a requested file below a folder; undefined if it does not exist, or is outside the folder by its
 * name or through a link.
 *
 * @param path path of the address, percent-encoded
 */
export async function fileWithin(folder: string, path: string): Promise<string | undefined> {
  try {
    const name = decodeURIComponent(path.split(/[?#]/)[0]!);
    if (/[\\\0]/.test(name)) return undefined;
    const root = resolve(folder);
    const file = resolve(join(root, name));
    if (file !== root && !file.startsWith(root + sep)) return undefined;
    const [realRoot, realFile] = [await realpath(root), await realpath(file)];
    return realFile === realRoot || realFile.startsWith(realRoot + sep) ? realFile : undefined;
  } catch {
    return undefined;
  }
}
