import { checkText, reject } from "../check-options.ts";
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
    this.#pieces =
      typeof (tokens as Partial<PieceList> | undefined)?.text === "string"
        ? (tokens as PieceList)
        : pieceList(tokens as readonly string[]);
    this.trie = new PieceTrie(
      this.#pieces,
      // The line of the first: models are trained with the later id.
      (id, first) =>
        new TokenizerError(
          "vocabulary",
          `${where}: token ${id} (line ${id + 1}) is ${
            first < 0
              ? "empty"
              : `${JSON.stringify(this.tokens[id]!.slice(0, 100))}, as token ${first} (line ${first + 1})`
          }. Rename that line to keep all ids.`,
        ),
    );
  }

  /** The pieces in order of their ids. */
  get tokens(): readonly string[] {
    return (this.#tokens ??= this.#pieces.text.split(String.fromCharCode(this.#pieces.separator)).slice(0, -1));
  }

  get size(): number {
    return this.trie.size;
  }

  /** The id of a token; undefined if there is no such token. */
  id(token: string): number | undefined {
    checkText("Vocabulary.id", "token", token);
    const id = this.trie.id(this.trie.find(token));
    return id === -1 ? undefined : id;
  }

  /** @throws RangeError if there is no such id. */
  token(id: number): string {
    const token = this.tokens[(Number.isSafeInteger(id) && id) as number];
    if (token === undefined) reject(RangeError, "Vocabulary.token", "id", `from 0 to ${this.size - 1}`, id);
    return token;
  }
}
