import { TokenizerError } from "../tokenizer-error.ts";
import { pieceList, type PieceList } from "./piece-list.ts";
import { PieceTrie } from "./piece-trie.ts";

/** An ordered list of pieces; the id of a piece is its index. */
export class Vocabulary {
  /** The same pieces as a trie of UTF-16 units, for lookups without creating strings. */
  readonly trie: PieceTrie;
  readonly #pieces: PieceList;
  #tokens: readonly string[] | undefined;

  /**
   * @param where the name in error messages.
   * @throws TokenizerError if a token is empty or a duplicate.
   */
  constructor(tokens: readonly string[] | PieceList, where = "Vocabulary") {
    this.#pieces = "text" in tokens ? tokens : pieceList(tokens);
    this.trie = new PieceTrie(this.#pieces, (id, first) => this.#fault(where, id, first));
  }

  /** The pieces in order of their ids. */
  get tokens(): readonly string[] {
    return (this.#tokens ??= this.#split());
  }

  get size(): number {
    return this.trie.size;
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
        `Vocabulary.token: no id ${id} in a vocabulary of ${this.size}. Use ids 0 to ${this.size - 1}.`,
      );
    return token;
  }

  #split(): string[] {
    const { text, separator } = this.#pieces;
    return text.split(String.fromCharCode(separator)).slice(0, -1);
  }

  #fault(where: string, id: number, first: number): TokenizerError {
    const what =
      first === -1
        ? `token ${id} (line ${id + 1}) is empty. Remove the line, or check that the file is not truncated.`
        : `${JSON.stringify(this.#split()[id]!.slice(0, 100))} is token ${id} (line ${id + 1}) and already token ${first} (line ${first + 1}). Remove one; later ids shift, so check them against the model's word embeddings.`;
    return new TokenizerError("vocabulary", `${where}: ${what}`);
  }
}
