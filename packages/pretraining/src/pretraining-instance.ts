/** A document: an array of token ids per sentence, without special tokens. */
export type TokenDocument = readonly ArrayLike<number>[];

/** One masked pair `[CLS] a [SEP] b [SEP]`, not yet padded. */
export interface PretrainingInstance {
  /** Token ids, masked. */
  readonly inputIds: Int32Array;
  /** 0 up to the first [SEP], 1 after it; as long as `inputIds`. */
  readonly tokenTypeIds: Int32Array;
  /** Positions to predict, ascending. */
  readonly maskedPositions: Int32Array;
  /** The original ids at those positions. */
  readonly maskedIds: Int32Array;
  /** The number of tokens of each sequence, if several are packed into one instance (`packInstances`). */
  readonly sequenceLengths?: Int32Array;
  /** Whether the second segment does not follow the first (label 1). */
  readonly isRandomNext: boolean;
}
