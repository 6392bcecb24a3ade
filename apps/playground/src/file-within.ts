import { realpath } from "node:fs/promises";
import { join, resolve, sep } from "node:path";

/**
 * The real path of what a request asks for below a folder, or undefined: nothing is there, or it lies outside the
 * folder, by its name or through a link.
 *
 * @param path of the address, still encoded
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
