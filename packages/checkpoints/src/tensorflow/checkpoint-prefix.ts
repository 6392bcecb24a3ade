import { CheckpointError } from "../checkpoint-error.ts";
import { checkFileName } from "../folders/folder.ts";

const field = "model_checkpoint_path";
const longestPath = 4096;
/** A root, a drive or a scheme. */
const absolute = /^(?:[/\\]|[a-z][\w+.-]*:)/i;

/**
 * The path of the latest checkpoint in the text of a file `checkpoint`, relative to that file's folder; undefined if it
 * names none. Of an absolute path (also of Windows, or with a scheme such as gs:), or one outside the folder, written
 * by a training run elsewhere, only the last part is used. Takes linear time. Throws a CheckpointError if it is not a
 * file name.
 *
 * checkpointPrefix('model_checkpoint_path: "model.ckpt-1000"\n') → "model.ckpt-1000"
 */
export function checkpointPrefix(text: string): string | undefined {
  for (const [start, end] of linesOf(text)) {
    const line = text.slice(start, end).trimStart();
    const value = line.startsWith(field) ? /^:[ \t]*"/.exec(line.slice(field.length)) : undefined;
    if (!value) continue;
    const quoted = quotedPath(line, field.length + value[0].length);
    if (quoted === undefined) continue;
    const path = unescaped(quoted);
    if (absolute.test(path))
      return checkFileName(path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1));
    const isWithin = !path.split("/").includes("..");
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

const escapes =
  /\\(?:([0-7]{1,3})|x([\da-fA-F]{1,2})|u([\da-fA-F]{4})|U(00(?:0[\da-fA-F]|10)[\da-fA-F]{4})|([abfnrtv"'?\\]))/g;
const letters: Readonly<Record<string, string>> = { a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };

/** Replaces the escapes of a string in protobuf's text format, where bytes of UTF-8 may be octal. */
function unescaped(text: string): string {
  const bytes = bytesOf(text).replace(
    escapes,
    (_, octal?: string, hex?: string, short?: string, long?: string, letter?: string) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 255);
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      if (letter !== undefined) return letters[letter] ?? letter;
      return bytesOf(String.fromCodePoint(Number.parseInt((short ?? long)!, 16)));
    },
  );
  return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
}

/** A text whose characters are the bytes of UTF-8. */
function bytesOf(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}
