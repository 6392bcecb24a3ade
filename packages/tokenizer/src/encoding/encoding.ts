/** One encoded text or pair. All arrays have one entry a token; `offsets` has two. */
export class Encoding {
  /** The windows that truncation cut off. */
  readonly overflowing: readonly Encoding[];
  readonly length: number;
  readonly #store: Int32Array;
  readonly #token: (id: number) => string;
  // Views are made when asked for: most callers read one or two, and a view costs as much as a short text's tokens.
  readonly #views: Int32Array[] = [];
  #tokens: string[] | undefined;

  /** @param store eight parts of equal length: ids, types, attention, special tokens, words, sequences, and two of offsets. */
  constructor(store: Int32Array, token: (id: number) => string, overflowing: readonly Encoding[]) {
    this.length = store.length >> 3;
    this.overflowing = overflowing;
    this.#store = store;
    this.#token = token;
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
    return (this.#tokens ??= Array.from(this.ids, this.#token));
  }

  /** The sequence a token comes from; undefined for what was put in. */
  tokenToSequence(token: number): number | undefined {
    return known(this.sequenceIds[token]);
  }

  /** The word of its sequence that a token belongs to; undefined for what was put in. */
  tokenToWord(token: number): number | undefined {
    return known(this.wordIds[token]);
  }

  /** [start, end) of a token in its own text, in the unit of `offsets`; undefined for what was put in. */
  tokenToChars(token: number): [number, number] | undefined {
    if (this.tokenToSequence(token) === undefined) return undefined;
    return [this.offsets[2 * token]!, this.offsets[2 * token + 1]!];
  }

  /** The first token of a sequence that holds a place of its text; undefined where none does, as for white space. */
  charToToken(place: number, sequence: 0 | 1 = 0): number | undefined {
    const { offsets } = this;
    return this.#firstToken(sequence, (token) => offsets[2 * token]! <= place && place < offsets[2 * token + 1]!);
  }

  /** The word of a sequence that holds a place of its text. */
  charToWord(place: number, sequence: 0 | 1 = 0): number | undefined {
    const token = this.charToToken(place, sequence);
    return token === undefined ? undefined : this.tokenToWord(token);
  }

  /** [first, after the last) token of a word of a sequence; undefined where the word has none here. */
  wordToTokens(word: number, sequence: 0 | 1 = 0): [number, number] | undefined {
    const { wordIds, sequenceIds } = this;
    const first = this.#firstToken(sequence, (token) => wordIds[token] === word);
    if (first === undefined) return undefined;
    let end = first + 1;
    while (sequenceIds[end] === sequence && wordIds[end] === word) end++;
    return [first, end];
  }

  /** [start, end) of a word in the text of its sequence, in the unit of `offsets`. */
  wordToChars(word: number, sequence: 0 | 1 = 0): [number, number] | undefined {
    const tokens = this.wordToTokens(word, sequence);
    return tokens && [this.offsets[2 * tokens[0]]!, this.offsets[2 * tokens[1] - 1]!];
  }

  #firstToken(sequence: number, is: (token: number) => boolean): number | undefined {
    const { sequenceIds } = this;
    for (let token = 0; token < this.length; token++) if (sequenceIds[token] === sequence && is(token)) return token;
    return undefined;
  }

  #part(index: number, size = 1): Int32Array {
    return (this.#views[index] ??= new Int32Array(this.#store.buffer, index * this.length * 4, size * this.length));
  }
}

function known(value: number | undefined): number | undefined {
  return value === undefined || value < 0 ? undefined : value;
}
