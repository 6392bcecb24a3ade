import { checkArray, checkValue, wholeNumber } from "@bertkit/checks";
import type { RandomDocument } from "./instance-options.ts";

/**
 * For a list of documents from several corpora, one after another: draws the document of a random next segment from the
 * corpus of the first segment, so that a random segment cannot be recognized by its topic.
 *
 * @param sizes number of documents per corpus, without empty ones
 * @param draws how to draw within a corpus: one function for all, or one per corpus
 * @throws RangeError if the sizes do not match the documents
 */
export function withinCorpora(
  sizes: readonly number[],
  draws: RandomDocument | readonly RandomDocument[],
): RandomDocument {
  checkArray("withinCorpora", "sizes", sizes, "numbers of documents");
  for (const [i, size] of sizes.entries())
    checkValue("withinCorpora", `sizes[${i}]`, size, wholeNumber(1), "Leave empty corpora out.");
  if (typeof draws !== "function") checkArray("withinCorpora", "draws", draws, "functions");
  if (typeof draws !== "function" && draws.length !== sizes.length)
    throw new RangeError(`withinCorpora: needs a draw for each of ${sizes.length} corpora, got ${draws.length}.`);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return (current, count, random) => {
    if (count !== total)
      throw new RangeError(
        `withinCorpora: the sizes must add up to the number of documents, ${count}, got ${sizes.join(" + ")}. Do not count documents without a sentence.`,
      );
    let start = 0;
    let corpus = 0;
    while (current >= start + sizes[corpus]!) start += sizes[corpus++]!;
    const draw = typeof draws === "function" ? draws : draws[corpus]!;
    return start + draw(current - start, sizes[corpus]!, random);
  };
}
