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
