/** One encoded text or pair. All arrays have one entry per token; `offsets` has two. */
export class Encoding {
  readonly length: number;
  readonly #store: Int32Array;
  readonly #tokenizer: { token(id: number): string };
  // Views are created on demand: most callers read one or two, and a view costs as much as encoding a short text.
  readonly #views: Int32Array[] = [];
  #tokens: string[] | undefined;

  /**
   * @param store eight parts of equal length: ids, types, attention, special tokens, words, sequences, offsets (two).
   */
  constructor(store: Int32Array, tokenizer: { token(id: number): string }) {
    this.length = store.length >> 3;
    this.#store = store;
    this.#tokenizer = tokenizer;
  }

  get ids(): Int32Array {
    return this.#part(0);
  }

  get tokenTypeIds(): Int32Array {
    return this.#part(1);
  }

  /** 1 for tokens, 0 for padding. */
  get attentionMask(): Int32Array {
    return this.#part(2);
  }

  /** 1 for special tokens and padding. */
  get specialTokensMask(): Int32Array {
    return this.#part(3);
  }

  /** The word of each token in its sequence, from 0; -1 for special tokens and padding. */
  get wordIds(): Int32Array {
    return this.#part(4);
  }

  /** The sequence of each token, 0 or 1; -1 for special tokens and padding. */
  get sequenceIds(): Int32Array {
    return this.#part(5);
  }

  /**
   * [start, end) of each token in its text, flat [2n]; by default in UTF-16 units. 0, 0 for special tokens and padding.
   */
  get offsets(): Int32Array {
    return this.#part(6, 2);
  }

  /** The pieces as the vocabulary spells them. */
  get tokens(): string[] {
    return (this.#tokens ??= Array.from(this.ids, (id) => this.#tokenizer.token(id)));
  }

  #part(index: number, size = 1): Int32Array {
    return (this.#views[index] ??= this.#store.subarray(index * this.length, (index + size) * this.length));
  }
}
