import { TokenizerError } from "../tokenizer-error.ts";

/** An ordered list of pieces; a piece's id is its place. */
export class Vocabulary {
  readonly tokens: readonly string[];
  readonly #ids: Map<string, number>;

  /** @throws TokenizerError if a token is empty or comes twice. */
  constructor(tokens: readonly string[]) {
    const ids = new Map<string, number>();
    for (let id = 0; id < tokens.length; id++) {
      const token = tokens[id]!;
      if (token === "")
        throw new TokenizerError(
          "vocabulary",
          `Vocabulary: token ${id} (line ${id + 1} of a vocab.txt) is empty. Remove the empty line, or check that the file is not cut off.`,
        );
      ids.set(token, id);
      if (ids.size !== id + 1) {
        const first = tokens.indexOf(token);
        throw new TokenizerError(
          "vocabulary",
          `Vocabulary: ${JSON.stringify(token)} is token ${id} (line ${id + 1}) and already token ${first} (line ${first + 1}). Remove one; ids after it move by one, so check it against the model's word embeddings.`,
        );
      }
    }
    this.tokens = tokens;
    this.#ids = ids;
  }

  get size(): number {
    return this.tokens.length;
  }

  id(token: string): number | undefined {
    return this.#ids.get(token);
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
