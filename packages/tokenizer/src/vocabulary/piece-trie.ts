import { TokenizerError } from "../tokenizer-error.ts";
import type { PieceList } from "./piece-list.ts";

const mostBits = 22;

/**
 * Pieces as a trie of UTF-16 units, its edges in one open-addressed table. A node is named by where the edge that leads
 * to it lies, so the place of the next edge is computed from node and unit alone, and no step waits for what the one
 * before it read.
 *
 * An edge is two integers: the node it leaves, and 1 more than the id of the piece that ends with it, or 0, in 24 bits;
 * above them the low and the high byte of its unit. It leads to the node named by the place of the second.
 *
 * Its first place is node * 31 + unit * 0x5e6a, which never leaves the small integers that runtimes are quickest with. The
 * numbers stand below as they are: a module's constants are variables once bundled, and cost the first build milliseconds.
 */
export class PieceTrie {
  readonly root: number;
  /** How many pieces there are. */
  readonly size: number = 0;
  /** Where the piece that `longest` found ends. */
  end = 0;
  readonly #edges: Int32Array;

  /**
   * Each piece's id is its place.
   *
   * @param fault what is thrown at a piece that came before, with its first id, or is empty, with -1.
   * @throws TokenizerError if all are too many to fit.
   */
  constructor(pieces: PieceList, fault: (id: number, first: number) => TokenizerError) {
    // BERT's vocabularies have an edge to three or four units.
    let bits = 6;
    while (1 << bits < pieces.text.length / 2) bits++;
    for (; bits <= mostBits; bits++) {
      this.#edges = new Int32Array(2 << bits);
      this.root = this.#edges.length + 1;
      this.size = this.#fill(pieces, fault);
      if (this.size >= 0) return;
    }
    throw new TokenizerError(
      "vocabulary",
      `Vocabulary: ${pieces.text.length} characters are too many. Take a vocabulary of less than a million pieces.`,
    );
  }

  /** The node that a text leads to from the root, or 0. */
  find(text: string): number {
    const edges = this.#edges;
    const mask = edges.length - 2;
    let node = this.root;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      const first = node | (unit << 24);
      let at = (node * 31 + unit * 0x5e6a) & mask;
      while (edges[at] !== first || edges[at + 1]! >>> 24 !== unit >>> 8) {
        if (edges[at] === 0) return 0;
        at = (at + 2) & mask;
      }
      node = at + 1;
    }
    return node;
  }

  /** The id of the piece that ends at a node, or -1. */
  id(node: number): number {
    return node === 0 ? -1 : (this.#edges[node]! & 0xffffff) - 1; // the root lies past all edges
  }

  /** The id of the longest piece at units[from, to) that goes on from a node, with its end in `end`; -1 for none. */
  longest(units: Uint16Array, from: number, to: number, node: number): number {
    const edges = this.#edges;
    const mask = edges.length - 2;
    let ending = 0;
    let end = 0;
    walk: for (let i = from; i < to;) {
      const unit = units[i]!;
      const first = node | (unit << 24);
      let at = (node * 31 + unit * 0x5e6a) & mask;
      let second = edges[at + 1]!;
      for (let found = edges[at]!; found !== first || second >>> 24 !== unit >>> 8; found = edges[at]!) {
        if (found === 0) break walk;
        at = (at + 2) & mask;
        second = edges[at + 1]!;
      }
      node = at + 1;
      i++;
      if ((second & 0xffffff) !== 0) {
        ending = second & 0xffffff;
        end = i;
      }
    }
    this.end = end;
    return ending - 1;
  }

  /**
   * How many pieces there are, or -1 where there is no room. One loop, of few and small steps, that are all taken from the
   * start: most of it runs before the runtime has compiled it, and what it has not seen it compiles again.
   */
  #fill({ text, separator }: PieceList, fault: (id: number, first: number) => TokenizerError): number {
    const { root } = this;
    const edges = this.#edges;
    const mask = edges.length - 2;
    let room = (edges.length * 0.35) | 0;
    // Pieces can be chosen so that all edges want one place: a table in which they do is not filled, and a larger one is tried.
    let steps = 64 * text.length + 65_536;
    let id = 0;
    let node = root;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit === separator) {
        const known = edges[node]! & 0xffffff; // 0 at the root, which no edge leads to
        if (node === root || known !== 0) throw fault(id, known - 1);
        edges[node]! |= ++id;
        node = root;
        continue;
      }
      const first = node | (unit << 24);
      const high = unit >>> 8;
      const wanted = (node * 31 + unit * 0x5e6a) & mask;
      let at = wanted - 2;
      let found: number;
      do {
        at = (at + 2) & mask;
        found = edges[at]!;
      } while (found !== 0 && (found !== first || edges[at + 1]! >>> 24 !== high));
      steps -= (at - wanted) & mask;
      if (found === 0) {
        if (--room < 0 || steps < 0) return -1;
        edges[at] = first;
        edges[at + 1] = high << 24;
      }
      node = at + 1;
    }
    return id;
  }
}
