import { TokenizerError } from "../tokenizer-error.ts";
import type { PieceList } from "./piece-list.ts";

const mostBits = 22;
const numberBits = 24; // of an edge's two numbers; a byte of its unit is above each
const numberMask = (1 << numberBits) - 1;
// Small, so that no step on the way to a place leaves the small integers that runtimes are quickest with.
const placeFactor = 31;
const unitFactor = 0x5e6a;

/**
 * Pieces as a trie of UTF-16 units, its edges in one open-addressed table. A node is named by where the edge that leads
 * to it lies, so the place of the next edge is computed from node and unit alone, and no step waits for what the one
 * before it read.
 *
 * An edge is two integers: the node it leaves, and 1 more than the id of the piece that ends with it, or 0; above them
 * the low and the high byte of its unit. It leads to the node named by the place of the second.
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
      const first = node | (unit << numberBits);
      let at = (node * placeFactor + unit * unitFactor) & mask;
      while (edges[at] !== first || edges[at + 1]! >>> numberBits !== unit >>> 8) {
        if (edges[at] === 0) return 0;
        at = (at + 2) & mask;
      }
      node = at + 1;
    }
    return node;
  }

  /** The id of the piece that ends at a node, or -1. */
  id(node: number): number {
    return node === 0 ? -1 : (this.#edges[node]! & numberMask) - 1; // the root lies past all edges
  }

  /** The id of the longest piece at units[from, to) that goes on from a node, with its end in `end`; -1 for none. */
  longest(units: Uint16Array, from: number, to: number, node: number): number {
    const edges = this.#edges;
    const mask = edges.length - 2;
    let ending = 0;
    let end = 0;
    walk: for (let i = from; i < to;) {
      const unit = units[i]!;
      const first = node | (unit << numberBits);
      let at = (node * placeFactor + unit * unitFactor) & mask;
      let second = edges[at + 1]!;
      for (let found = edges[at]!; found !== first || second >>> numberBits !== unit >>> 8; found = edges[at]!) {
        if (found === 0) break walk;
        at = (at + 2) & mask;
        second = edges[at + 1]!;
      }
      node = at + 1;
      i++;
      if ((second & numberMask) !== 0) {
        ending = second & numberMask;
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
    let room = edges.length * 0.35;
    let id = 0;
    let node = root;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit === separator) {
        const known = edges[node]! & numberMask; // 0 at the root, which no edge leads to
        if (node === root || known !== 0) throw fault(id, known - 1);
        edges[node]! |= ++id;
        node = root;
        continue;
      }
      const first = node | (unit << numberBits);
      const high = unit >>> 8;
      let at = node * placeFactor + unit * unitFactor - 2;
      let found: number;
      do {
        at = (at + 2) & mask;
        found = edges[at]!;
      } while (found !== 0 && (found !== first || edges[at + 1]! >>> numberBits !== high));
      if (found === 0) {
        if (--room < 0) return -1;
        edges[at] = first;
        edges[at + 1] = high << numberBits;
      }
      node = at + 1;
    }
    return id;
  }
}
