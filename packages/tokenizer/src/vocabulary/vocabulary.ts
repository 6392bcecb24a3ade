import { TokenizerError } from "../tokenizer-error.ts";
import { PieceTrie } from "./piece-trie.ts";

/** An ordered list of pieces; a piece's id is its place. */
export class Vocabulary {
  readonly tokens: readonly string[];
  /** The same pieces by their UTF-16 units, for look-ups that make no string. */
  readonly trie: PieceTrie;

  /** @throws TokenizerError if a token is empty or comes twice. */
  constructor(tokens: readonly string[]) {
    const empty = tokens.indexOf("");
    if (empty !== -1)
      throw new TokenizerError(
        "vocabulary",
        `Vocabulary: token ${empty} (line ${empty + 1}) is empty. Remove the empty line, or check that the file is not cut off.`,
      );
    this.tokens = tokens;
    this.trie = new PieceTrie(
      tokens,
      (id, first) =>
        new TokenizerError(
          "vocabulary",
          `Vocabulary: ${JSON.stringify(tokens[id])} is token ${id} (line ${id + 1}) and already token ${first} (line ${first + 1}). Remove one; ids after it move by one, so check it against the model's word embeddings.`,
        ),
    );
  }

  get size(): number {
    return this.tokens.length;
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
}
