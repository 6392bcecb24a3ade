import { decoderOf } from "./decoder-of.ts";

/** How lines are read. */
export interface LineReading {
  /** The name of the file, for the error. */
  readonly file?: string;
  readonly encoding?: string | undefined;
  /** Whether blank lines are lines too. Default false. */
  readonly blank?: boolean;
}

/**
 * The lines of a stream, in batches of all lines received so far, at most `size`. So interactive input is answered line
 * by line, and a file is processed in full batches.
 *
 * @throws UsageError if bytes are not in the encoding
 */
export async function* lineBatches(
  stream: AsyncIterable<string | Uint8Array>,
  size: number,
  { file, encoding, blank = false }: LineReading = {},
): AsyncGenerator<string[], void, undefined> {
  const decode = decoderOf(file, encoding);
  let rest = "";
  const batchesOf = function* (lines: string[]): Generator<string[]> {
    const full = lines
      .map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line))
      .filter((line) => blank || line.trim() !== "");
    for (let start = 0; start < full.length; start += size) yield full.slice(start, start + size);
  };
  for await (const chunk of stream) {
    // Only the new chunk is searched, so that a line of many chunks takes linear time.
    const lines = (typeof chunk === "string" ? chunk : decode(chunk)).split("\n");
    lines[0] = rest + lines[0]!;
    rest = lines.pop()!;
    yield* batchesOf(lines);
  }
  const last = rest + decode();
  if (last !== "") yield* batchesOf([last]);
}
