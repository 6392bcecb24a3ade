import { DatasetError } from "../dataset-error.ts";

/**
 * Unpacks by the platform's own code, which checks a gzip's sum and length. Data that are cut off, damaged or, in a page,
 * a gzip of several parts throw.
 */
export async function* decompressed(
  pieces: AsyncIterable<Uint8Array>,
  format: "gzip" | "deflate-raw",
  file: string | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = pieces[Symbol.asyncIterator]();
  let fault: { error: unknown } | undefined; // the source's own: a stream may wrap it
  const packed = new ReadableStream<BufferSource>({
    pull: async (controller) => {
      try {
        const next = await iterator.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value as Uint8Array<ArrayBuffer>);
      } catch (error) {
        fault = { error };
        controller.error(error);
      }
    },
    cancel: async () => void (await iterator.return?.()),
  });
  const reader = packed.pipeThrough(new DecompressionStream(format)).getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } catch (error) {
    if (fault !== undefined) throw fault.error;
    throw new DatasetError(
      "unpack",
      `the ${format === "gzip" ? "gzip" : "zip"} is damaged or cut off: ${String((error as Error).message).slice(0, 200)}. Fetch the file again.`,
      { file },
    );
  } finally {
    await reader.cancel().catch(() => {});
  }
}
