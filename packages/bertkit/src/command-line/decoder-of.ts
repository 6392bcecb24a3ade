import { utf16Of } from "@bertkit/checks";
import { UsageError } from "./usage-error.ts";

/**
 * Decodes chunks of text; a call without one ends it.
 *
 * @param file its name, for the error
 * @throws UsageError, from the function, for bytes that are not in the encoding; it names the line. Also for bytes that begin with
 *   the byte-order mark of another
 */
export function decoderOf(file: string = "standard input", encoding: string = "utf-8"): (chunk?: Uint8Array) => string {
  const decoder = new TextDecoder(encoding, { fatal: true });
  // One chunk behind. For a chunk that fails, it knows how a character began in the chunk before.
  const behind = new TextDecoder(encoding, { fatal: true });
  let lines = 0;
  let held: Uint8Array | undefined = new Uint8Array(); // the first byte, until the second
  return (next) => {
    let chunk = next;
    if (held !== undefined) {
      if (held.length > 0) chunk = Buffer.concat([held, next ?? new Uint8Array()]);
      if (next !== undefined && chunk!.length < 2) {
        held = chunk;
        return "";
      }
      held = undefined;
      const mark = chunk && utf16Of(chunk);
      if (mark !== undefined && mark !== decoder.encoding)
        throw new UsageError(
          `${file} is not ${decoder.encoding} text: it begins with the byte-order mark of ${mark}. Give --encoding ${mark}, or save it as UTF-8`,
        );
    }
    try {
      const text = decoder.decode(chunk, { stream: next !== undefined });
      for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) lines++;
      if (chunk !== undefined) behind.decode(chunk, { stream: true });
      return text;
    } catch {
      const line = lines + 1 + linesBeforeFailure(behind, chunk);
      throw new UsageError(
        `line ${line} of ${file} is not ${decoder.encoding} text. Give --encoding windows-1252 or the text's encoding, or save it as UTF-8`,
      );
    }
  };
}

/** The line ends of a chunk before the bytes that are not in the encoding. */
function linesBeforeFailure(decoder: TextDecoder, chunk: Uint8Array = new Uint8Array()): number {
  let lines = 0;
  try {
    for (const byte of chunk) if (decoder.decode(Uint8Array.of(byte), { stream: true }).includes("\n")) lines++;
  } catch {} // these are the bytes
  return lines;
}
