import { utf16Of } from "@bertkit/checks";
import { DatasetError } from "../dataset-error.ts";
import type { RandomAccess } from "../sources/random-access.ts";
import { joined } from "../sources/web-bytes.ts";

/**
 * A line without its line end. A line that is too long comes as several, which all have the start of the whole line.
 */
export interface Line {
  readonly text: string;
  /** Byte offset of its start. */
  readonly start: number;
}

export interface LineOptions {
  /** For messages. */
  readonly file: string | undefined;
  /** Maximum bytes of a line; longer lines are split, after a space if there is one. */
  readonly longest: number;
  /** Whether to skip the first bytes, up to a line end. */
  readonly isInside: boolean;
}

const pieceBytes = 1 << 18;

/** The bytes from `start` on, in pieces. */
export async function* bytesFrom(access: RandomAccess, start: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let place = start; place < access.size; place += pieceBytes)
    yield await access.read(place, Math.min(access.size, place + pieceBytes));
}

/**
 * The lines of UTF-8 text, in batches: the lines that end in each chunk of bytes. Lines end with \n; a byte order mark
 * at the start is removed.
 *
 * @param first byte offset of the first byte
 * @throws DatasetError on bytes that are not UTF-8
 */
export async function* lineBatches(
  pieces: AsyncIterable<Uint8Array>,
  first: number,
  { file, longest, isInside }: LineOptions,
): AsyncGenerator<Line[], void, undefined> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const textOf = (bytes: Uint8Array, start: number): string => {
    let text: string;
    try {
      text = decoder.decode(bytes);
    } catch {
      const mark = start === 0 ? utf16Of(bytes) : undefined;
      if (mark !== undefined)
        throw new DatasetError(
          "readCorpus",
          `the file is not UTF-8 text: it begins with the byte-order mark of ${mark}. Pass { encoding: "${mark}" }, or save it as UTF-8.`,
          { file },
        );
      throw new DatasetError(
        "readCorpus",
        `the line at byte ${start} is not UTF-8 text. Pass { encoding: "windows-1252" } or the file's encoding; compressed files must be named .gz or .zip.`,
        { file },
      );
    }
    return start === 0 && text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  };
  let place = first;
  let held: Uint8Array[] = []; // the start of a line whose end is in a later chunk
  let heldBytes = 0;
  let lineStart = first;
  let isSkipping = isInside;
  for await (const piece of pieces) {
    const lines: Line[] = [];
    let from = 0;
    for (let to = piece.indexOf(10); to >= 0; to = piece.indexOf(10, from)) {
      if (isSkipping) isSkipping = false;
      else {
        const bytes = held.length === 0 ? piece.subarray(from, to) : joined([...held, piece.subarray(from, to)]);
        lines.push({ text: textOf(bytes, lineStart), start: lineStart });
        held = [];
        heldBytes = 0;
      }
      from = to + 1;
      lineStart = place + from;
    }
    if (!isSkipping && from < piece.length) {
      held.push(piece.subarray(from));
      heldBytes += piece.length - from;
      if (heldBytes > longest) {
        const bytes = joined(held);
        const cut = cutOf(bytes);
        lines.push({ text: textOf(bytes.subarray(0, cut), lineStart), start: lineStart });
        held = [bytes.slice(cut)];
        heldBytes = bytes.length - cut;
      }
    }
    place += piece.length;
    if (lines.length > 0) yield lines;
  }
  if (heldBytes > 0) yield [{ text: textOf(joined(held), lineStart), start: lineStart }];
}

/** Where to split bytes: after the last space, else before the last character. */
function cutOf(bytes: Uint8Array): number {
  const space = bytes.lastIndexOf(32);
  if (space > 0) return space + 1;
  let cut = bytes.length - 1;
  while (cut > 1 && (bytes[cut]! & 0xc0) === 0x80) cut--;
  return cut;
}
