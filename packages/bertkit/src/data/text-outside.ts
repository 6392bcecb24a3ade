import { realpath, stat } from "node:fs/promises";
import { isAbsolute, join, normalize, relative, resolve, sep } from "node:path";
import { type CorpusOptions, readCorpus } from "@bertkit/datasets";

/** Which files of a folder are read. */
type TextFiles = Pick<CorpusOptions, "format" | "split">;

/**
 * The same files and folders of text, without what a command has written: a folder that contains `out` is replaced by its
 * files outside `out`.
 *
 * @param out a file or folder; it need not exist
 * @throws RangeError if `out` is one of the paths
 */
export async function textOutside(
  paths: readonly string[],
  out: string,
  { format, split }: TextFiles = {},
): Promise<string[]> {
  const found: string[][] = [];
  for (const path of paths) {
    const below = await placeBelow(path, out);
    if (below === "")
      throw new RangeError(`${out} is both the text and the output. Choose another output, such as a folder below it.`);
    found.push(
      below === undefined
        ? [path]
        : await filesOutside(path, join(path, below), {
            ...(format !== undefined && { format }),
            ...(split !== undefined && { split }),
          }),
    );
  }
  return found.flat();
}

async function filesOutside(folder: string, out: string, options: TextFiles): Promise<string[]> {
  const { files } = await readCorpus(folder, options);
  return files
    .map(({ source }) => source as string)
    .filter((file) => !`${normalize(file)}${sep}`.startsWith(`${out}${sep}`));
}

/** The path of `out` from a folder that contains it; undefined if it does not, "" if they are the same. */
async function placeBelow(path: string, out: string): Promise<string | undefined> {
  const stats = await stat(path).catch(() => undefined); // an address, or missing: reading it throws the error
  // A pipe has no real path.
  if (stats === undefined || !(stats.isFile() || stats.isDirectory())) return undefined;
  const found = relative(await realpath(path), await realpath(out).catch(() => resolve(out)));
  return found === ".." || found.startsWith(`..${sep}`) || isAbsolute(found) ? undefined : found;
}
