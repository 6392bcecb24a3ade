/** One encoded text or pair. All arrays have one entry a token; `offsets` has two. */
export class Encoding {
  readonly ids: Int32Array;
  readonly tokenTypeIds: Int32Array;
  /** 1 for tokens, 0 for padding. */
  readonly attentionMask: Int32Array;
  /** 1 for what the template or padding put in. */
  readonly specialTokensMask: Int32Array;
  /** Which word of its sequence a token belongs to, from 0; -1 for what was put in. */
  readonly wordIds: Int32Array;
  /** 0 or 1: the sequence a token comes from; -1 for what was put in. */
  readonly sequenceIds: Int32Array;
  /** [start, end) of each token in its own text, in UTF-16 units, flat: [2n]. 0, 0 for what was put in. */
  readonly offsets: Int32Array;
  /** The windows that truncation cut off. */
  readonly overflowing: readonly Encoding[];
  readonly #token: (id: number) => string;
  #tokens: string[] | undefined;

  constructor(length: number, token: (id: number) => string, overflowing: readonly Encoding[]) {
    this.ids = new Int32Array(length);
    this.tokenTypeIds = new Int32Array(length);
    this.attentionMask = new Int32Array(length);
    this.specialTokensMask = new Int32Array(length);
    this.wordIds = new Int32Array(length);
    this.sequenceIds = new Int32Array(length);
    this.offsets = new Int32Array(length * 2);
    this.overflowing = overflowing;
    this.#token = token;
  }

  get length(): number {
    return this.ids.length;
  }

  /** The pieces as the vocabulary spells them. */
  get tokens(): string[] {
    return (this.#tokens ??= Array.from(this.ids, this.#token));
  }
}
