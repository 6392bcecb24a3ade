/** Text for pretraining, and held-out text. */
export interface Corpus {
  /** Name of the documents for display: "State of the Union addresses". */
  name: string;
  /** Total number of documents. */
  documents: number;
  /** Documents of sentences, ordered so that neighbors are similar. */
  training: string[][];
  heldOut: string[][];
  /** Name of the held-out documents for display: "those of 2010 to 2021 (12)". */
  heldOutName: string;
  /** Sentences with a [MASK] to fill. */
  toFill: MaskedSentence[];
}

export interface MaskedSentence {
  sentence: string;
  /** The masked word, if known. */
  answer?: string;
}
