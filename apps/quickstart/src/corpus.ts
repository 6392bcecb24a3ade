import { readAddresses } from "./addresses.ts";
import { readOwnText } from "./own-text.ts";

/** Text to pretrain on, and text held out. */
export interface Corpus {
  /** What its documents are, for people: "State of the Union addresses". */
  name: string;
  /** Documents in all. */
  documents: number;
  /** Documents of sentences, in an order in which neighbours are alike. */
  training: string[][];
  heldOut: string[][];
  /** What is held out, for people: "those of 2010 to 2021 (12)". */
  heldOutName: string;
  /** Sentences with a [MASK] to fill. */
  toFill: MaskedSentence[];
}

export interface MaskedSentence {
  sentence: string;
  /** The word that stood there, where there is one. */
  answer?: string;
}

/** The last addresses, held out for evaluation. */
const heldOutAddresses = 12;

/** The State of the Union addresses, or the text of the files and folders given. Throws UsageError where these do not do. */
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
