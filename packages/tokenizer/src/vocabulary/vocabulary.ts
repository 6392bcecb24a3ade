import { TokenizerError } from "../tokenizer-error.ts";
import { extendHash, PieceTable, startHash } from "./piece-table.ts";

/** An ordered list of pieces; a piece's id is its place. */
export class Vocabulary {
  readonly tokens: readonly string[];
  /** The same pieces by their UTF-16 units, for look-ups that make no string. */
  readonly table: PieceTable;
  readonly #units: Uint16Array;

  /** @throws TokenizerError if a token is empty or comes twice. */
  constructor(tokens: readonly string[]) {
    const table = new PieceTable(tokens.length);
    for (let id = 0; id < tokens.length; id++) {
      const token = tokens[id]!;
      if (token === "")
        throw new TokenizerError(
          "vocabulary",
          `Vocabulary: token ${id} (line ${id + 1}) is empty. Remove the empty line, or check that the file is not cut off.`,
        );
      const first = table.add(token, 0, id, startHash);
      if (first !== -1) {
        throw new TokenizerError(
          "vocabulary",
          `Vocabulary: ${JSON.stringify(token)} is token ${id} (line ${id + 1}) and already token ${first} (line ${first + 1}). Remove one; ids after it move by one, so check it against the model's word embeddings.`,
        );
      }
    }
    this.tokens = tokens;
    this.table = table;
    this.#units = new Uint16Array(table.longest);
  }

  get size(): number {
    return this.tokens.length;
  }

  id(token: string): number | undefined {
    if (token === "" || token.length > this.#units.length) return undefined;
    let hash = startHash;
    for (let i = 0; i < token.length; i++) {
      const unit = token.charCodeAt(i);
      this.#units[i] = unit;
      hash = extendHash(hash, unit);
    }
    const id = this.table.find(hash, this.#units, 0, token.length);
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
}
