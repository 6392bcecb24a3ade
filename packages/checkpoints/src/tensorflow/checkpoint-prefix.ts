import { CheckpointError } from "../checkpoint-error.ts";
import { checkFileName } from "../folders/folder.ts";

const field = "model_checkpoint_path";
const longestPath = 4096;

/**
 * The path of the latest checkpoint in the text of a file `checkpoint`, relative to that file's folder; undefined if it
 * names none. Of an absolute path, or one outside the folder, written by a training run elsewhere, only the last part
 * is used. Takes linear time. Throws a CheckpointError if it is not a file name.
 *
 * checkpointPrefix('model_checkpoint_path: "model.ckpt-1000"\n') → "model.ckpt-1000"
 */
export function checkpointPrefix(text: string): string | undefined {
  for (const [start, end] of linesOf(text)) {
    const line = text.slice(start, end).trimStart();
    const value = line.startsWith(field) ? /^:[ \t]*"/.exec(line.slice(field.length)) : undefined;
    if (!value) continue;
    const path = quotedPath(line, field.length + value[0].length);
    if (path === undefined) continue;
    const isWithin = !path.startsWith("/") && !path.split("/").includes("..");
    return path && checkFileName(isWithin ? path : path.slice(path.lastIndexOf("/") + 1));
  }
  return undefined;
}

function* linesOf(text: string): Generator<[start: number, end: number]> {
  for (let start = 0; start < text.length;) {
    const end = text.indexOf("\n", start);
    yield [start, end < 0 ? text.length : end];
    start = end < 0 ? text.length : end + 1;
  }
}

/** The raw text up to the next unescaped quote; undefined if there is none. */
function quotedPath(line: string, start: number): string | undefined {
  let end = start;
  while (end < line.length && line[end] !== '"') end += line[end] === "\\" ? 2 : 1;
  if (end - start > longestPath)
    throw new CheckpointError(
      "FOLDER",
      `checkpoint: ${field} is a path of more than ${longestPath} characters. Write the file again, or open the checkpoint by its own name.`,
    );
  return end < line.length ? line.slice(start, end) : undefined;
}
