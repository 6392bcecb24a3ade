import { readAddresses } from "./addresses.ts";
import type { Corpus } from "./corpus.ts";
import { readOwnText } from "./own-text.ts";

/** The last addresses, held out for evaluation. */
const heldOutAddresses = 12;

/**
 * The State of the Union addresses, or the text of given files and folders.
 * @throws UsageError if these are unsuitable
 */
export async function readCorpus(paths: readonly string[] | undefined): Promise<Corpus> {
  return paths === undefined ? addressCorpus() : readOwnText(paths);
}

function addressCorpus(): Corpus {
  const addresses = readAddresses();
  const heldOut = addresses.slice(-heldOutAddresses);
  return {
    name: "State of the Union addresses",
    documents: addresses.length,
    training: addresses.slice(0, -heldOutAddresses).map(({ sentences }) => sentences),
    heldOut: heldOut.map(({ sentences }) => sentences),
    heldOutName: `those of ${heldOut[0]!.year} to ${heldOut.at(-1)!.year} (${heldOut.length})`,
    toFill: [
      "The state of the [MASK] is strong.",
      "I ask the [MASK] to pass this bill.",
      "We must protect the freedom of the American [MASK].",
      "The [MASK] States and Great Britain have signed a treaty.",
      "The expenditures of the [MASK] for the last fiscal year were high.",
    ].map((sentence) => ({ sentence })),
  };
}
