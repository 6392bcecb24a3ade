import { checkList, checkOptions, shown } from "@bertkit/checks";
import { filesUnder } from "#files";
import { Dataset } from "../dataset/dataset.ts";
import { DatasetError } from "../dataset-error.ts";
import { folderRules } from "../option-rules.ts";
import { nameOf, type SourceOptions } from "../sources/source.ts";
import { textOf } from "../text/read-text.ts";

export interface FolderOptions extends Omit<SourceOptions, "file" | "entry"> {
  /** The folders to read, each with its label as name. Default all. */
  readonly labels?: readonly string[];
  /** Extension of the texts' files. Default ".txt". */
  readonly extension?: string;
}

export interface FolderExample {
  /** The file's path in the folder, with "/". */
  readonly path: string;
  /** The name of the file's folder. */
  readonly label: string;
  readonly text: string;
}

/**
 * Texts in one folder per label, `folder/label/name.txt`, in the order of their paths. Other files are ignored. Takes a
 * path in Node; in a page, the files of `<input type="file" webkitdirectory>`.
 */
export async function readFolder(
  folder: string | Iterable<File>,
  options: FolderOptions = {},
): Promise<Dataset<FolderExample>> {
  checkOptions("readFolder", options, folderRules);
  if (typeof folder !== "string") checkList("readFolder", "folder", folder, "files of a page's folder, or a path");
  const { labels, extension = ".txt" } = options;
  const files: { path: string; source: string | File }[] =
    typeof folder === "string"
      ? (await filesUnder(folder)).map((path) => ({ path, source: `${folder.replace(/(?<!\/)\/+$/, "")}/${path}` }))
      : [...folder]
          .map(checkedFile)
          .map((file) => ({ path: file.webkitRelativePath.replace(/^[^/]*\//, ""), source: file }))
          .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const texts = files.filter(({ path }) => path.endsWith(extension) && /^[^/]+\/./.test(path));
  const found = new Set(texts.map(({ path }) => path.split("/", 1)[0]!));
  const name = typeof folder === "string" ? (nameOf(folder) ?? "folder") : "folder";
  const missing = labels?.find((label) => !found.has(label));
  if (found.size === 0 || missing !== undefined)
    throw new DatasetError(
      "readFolder",
      found.size === 0
        ? `there is no file label/name${extension} in it. Check the path, or set extension to that of the texts.`
        : `there is no folder ${JSON.stringify(missing)} with texts in it; there are ${[...found].slice(0, 20).join(", ")}. Use these.`,
      { file: name },
    );
  const chosen = texts.filter(({ path }) => labels?.includes(path.split("/", 1)[0]!) ?? true);
  return Dataset.from(chosen, { name }).map(async ({ path, source }) => {
    let text = "";
    for await (const piece of textOf(source, options)) text += piece;
    return { path, label: path.split("/", 1)[0]!, text };
  });
}

function checkedFile(file: unknown, i: number): File {
  if (typeof (file as File | null)?.webkitRelativePath === "string") return file as File;
  throw new TypeError(
    `readFolder: folder[${i}] must be a File of a page's folder, got ${shown(file)}. Pass the files of <input type="file" webkitdirectory>, or a path.`,
  );
}
