import { DatasetError } from "../dataset-error.ts";

/**
 * Decompresses with the platform's own code, which checks a gzip's checksum and length. Throws on truncated or damaged
 * data and, in a page, on a gzip with several members.
 */
export async function* decompressed(
  pieces: AsyncIterable<Uint8Array>,
  format: "gzip" | "deflate-raw",
  file: string | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = pieces[Symbol.asyncIterator]();
  let sourceError: { error: unknown } | undefined; // the source's own error, which a stream may wrap
  const packed = new ReadableStream<BufferSource>({
    pull: async (controller) => {
      try {
        const next = await iterator.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value as Uint8Array<ArrayBuffer>);
      } catch (error) {
        sourceError = { error };
        controller.error(error);
      }
    },
    cancel: async () => void (await iterator.return?.()),
  });
  const reader = packed.pipeThrough(new DecompressionStream(format)).getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } catch (error) {
    if (sourceError !== undefined) throw sourceError.error;
    throw new DatasetError(
      "unpack",
      `the ${format === "gzip" ? "gzip" : "zip"} is damaged or truncated: ${String((error as Error).message).slice(0, 200)}. Download the file again.`,
      { file },
    );
  } finally {
    await reader.cancel().catch(() => {});
  }
}
