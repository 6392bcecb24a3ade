/**
 * The lines of a stream that are not blank, in batches: all that have come so far, but at most `size`.
 * Someone who types gets an answer to every line, a file goes through in full batches.
 */
export async function* lineBatches(
  stream: AsyncIterable<string | Uint8Array>,
  size: number,
): AsyncGenerator<string[], void, undefined> {
  const decoder = new TextDecoder();
  let rest = "";
  const batchesOf = function* (lines: string[]): Generator<string[]> {
    const full = lines
      .map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line))
      .filter((line) => line.trim() !== "");
    for (let start = 0; start < full.length; start += size) yield full.slice(start, start + size);
  };
  for await (const chunk of stream) {
    // Only what is new is looked through: a line of many chunks takes time in proportion to its length.
    const lines = (typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true })).split("\n");
    lines[0] = rest + lines[0]!;
    rest = lines.pop()!;
    yield* batchesOf(lines);
  }
  yield* batchesOf([rest + decoder.decode()]);
}
