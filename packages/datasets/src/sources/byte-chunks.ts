import { chunksOf } from "./chunks.ts";
import { openedSource, type Source, type SourceOptions } from "./source.ts";
import { unpacked } from "./unpacked.ts";

/** The bytes of a source, decompressed. Text is encoded as UTF-8. */
export async function* byteChunks(
  source: Source,
  options: SourceOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder();
  for await (const piece of unpacked(chunksOf(await openedSource(source)), options))
    yield typeof piece === "string" ? encoder.encode(piece) : piece;
}
