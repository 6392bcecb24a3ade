import { UsageError } from "./usage-error.ts";

/**
 * Decodes chunks of text; a call without one ends it.
 *
 * @param file its name, for the error
 * @throws UsageError, from the function, for bytes that are not in the encoding; it names the line
 */
export function decoderOf(file: string = "standard input", encoding: string = "utf-8"): (chunk?: Uint8Array) => string {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let lines = 0;
  return (chunk) => {
    try {
      const text = decoder.decode(chunk, { stream: chunk !== undefined });
      for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) lines++;
      return text;
    } catch {
      const [before] = new TextDecoder(encoding).decode(chunk).split("\ufffd");
      const line = lines + before!.split("\n").length;
      throw new UsageError(
        `line ${line} of ${file} is not ${decoder.encoding} text. Give --encoding windows-1252 or the text's encoding, or save it as UTF-8`,
      );
    }
  };
}
