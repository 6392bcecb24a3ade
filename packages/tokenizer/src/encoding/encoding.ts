/** One encoded text or pair. All arrays have one entry a token; `offsets` has two. */
export class Encoding {
  readonly length: number;
  readonly #store: Int32Array;
  readonly #tokenizer: { token(id: number): string };
  // Views are made when asked for: most callers read one or two, and a view costs as much as a short text's tokens.
  readonly #views: Int32Array[] = [];
  #tokens: string[] | undefined;

  /** @param store eight parts of equal length: ids, types, attention, special tokens, words, sequences, and two of offsets. */
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

  /** 1 for what the template or padding put in. */
  get specialTokensMask(): Int32Array {
    return this.#part(3);
  }

  /** Which word of its sequence a token belongs to, from 0; -1 for what was put in. */
  get wordIds(): Int32Array {
    return this.#part(4);
  }

  /** 0 or 1: the sequence a token comes from; -1 for what was put in. */
  get sequenceIds(): Int32Array {
    return this.#part(5);
  }

  /** [start, end) of each token in its own text, flat: [2n]; UTF-16 units unless asked otherwise. 0, 0 for what was put in. */
  get offsets(): Int32Array {
    return this.#part(6, 2);
  }

  /** The pieces as the vocabulary spells them. */
  get tokens(): string[] {
    return (this.#tokens ??= Array.from(this.ids, (id) => this.#tokenizer.token(id)));
  }

  #part(index: number, size = 1): Int32Array {
    return (this.#views[index] ??= new Int32Array(this.#store.buffer, index * this.length * 4, size * this.length));
  }
}
