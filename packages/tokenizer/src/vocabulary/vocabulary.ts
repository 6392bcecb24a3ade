import { TokenizerError } from "../tokenizer-error.ts";
import { PieceList } from "./piece-list.ts";
import { PieceTrie } from "./piece-trie.ts";

/** An ordered list of pieces; a piece's id is its place. */
export class Vocabulary {
  /** The same pieces by their UTF-16 units, for look-ups that make no string. */
  readonly trie: PieceTrie;
  readonly #pieces: PieceList;
  #tokens: readonly string[] | undefined;

  /** @throws TokenizerError if a token is empty or comes twice. */
  constructor(tokens: readonly string[] | PieceList) {
    if (tokens instanceof PieceList) this.#pieces = tokens;
    else {
      this.#tokens = tokens;
      this.#pieces = PieceList.of(tokens);
    }
    this.trie = new PieceTrie(this.#pieces, (id, first) => this.#fault(id, first));
  }

  /** The pieces in order of their ids. */
  get tokens(): readonly string[] {
    return (this.#tokens ??= Array.from({ length: this.size }, (_, id) => this.#pieces.at(id)));
  }

  get size(): number {
    return this.#pieces.length;
  }

  id(token: string): number | undefined {
    const id = this.trie.id(this.trie.find(token));
    return id === -1 ? undefined : id;
  }

  /** @throws TokenizerError if there is no such id. */
  token(id: number): string {
    const token = this.tokens[id];
    if (token === undefined)
      throw new TokenizerError(
        "vocabulary",
        `Vocabulary.token: no id ${id} in a vocabulary of ${this.size}. Use ids 0 to ${this.size - 1}; was this id made with another vocabulary?`,
      );
    return token;
  }

  #fault(id: number, first: number): TokenizerError {
    const what =
      first === -1
        ? `token ${id} (line ${id + 1}) is empty. Remove the empty line, or check that the file is not cut off.`
        : `${JSON.stringify(this.#pieces.at(id))} is token ${id} (line ${id + 1}) and already token ${first} (line ${first + 1}). Remove one; ids after it move by one, so check it against the model's word embeddings.`;
    return new TokenizerError("vocabulary", `Vocabulary: ${what}`);
  }
}
