import { createHash } from "node:crypto";
import type { Corpus, CorpusPart } from "@bertkit/datasets";

/** Number of UTF-16 units of text to read. */
const units = 1 << 19;

/** A hash of the first documents of parts, of about 0.5 MiB of text: all of it if there is less. */
export async function textSample(corpus: Corpus, parts: readonly CorpusPart[]): Promise<string> {
  const hash = createHash("sha256");
  let read = 0;
  for await (const document of corpus.read(parts)) {
    hash.update(`${JSON.stringify(document)}\n`);
    for (const { length } of document) read += length;
    if (read >= units) break;
  }
  return hash.digest("hex").slice(0, 16);
}
