import { reject } from "../check-options.ts";
import type { TokenizerError } from "../tokenizer-error.ts";
import type { PieceList } from "./piece-list.ts";

const maxBits = 22;

/**
 * A trie of UTF-16 units, with its edges in one open-addressing hash table. A node is the slot of the edge that leads
 * to it, so the slot of the next edge depends only on node and unit, and no step waits for a memory read of the step
 * before.
 *
 * An edge is two integers, each with 24 low bits: the node it leaves, and the id + 1 of the piece that ends with it, or
 * 0. The 8 high bits are the low and the high byte of its unit. It leads to the node that is the slot of the second
 * integer.
 *
 * The hash is node * 31 + unit * 0x5e6a, which fits the small integers that runtimes are fastest with. The constants
 * are inlined: named ones become variables in a bundle, which would cost the first build milliseconds.
 */
export class PieceTrie {
  readonly root: number;
  /** Number of pieces. */
  readonly size: number = 0;
  /** End of the piece that `longest` found. */
  end = 0;
  readonly #edges: Int32Array;

  /**
   * The id of a piece is its index.
   *
   * @param errorOf the error to throw for a duplicate piece, with its first id, or for an empty one, with -1; needed
   *   unless it is known that there are none
   * @throws RangeError if the pieces are too many to fit.
   */
  constructor(pieces: PieceList, errorOf?: (id: number, first: number) => TokenizerError) {
    // BERT's vocabularies have one edge per three or four units.
    let bits = 6;
    while (1 << bits < pieces.text.length / 2) bits++;
    for (; bits <= maxBits; bits++) {
      this.#edges = new Int32Array(2 << bits);
      this.root = this.#edges.length + 1;
      this.size = this.#fill(pieces, errorOf);
      if (this.size >= 0) return;
    }
    reject(RangeError, "Vocabulary", "pieces", "fewer characters", pieces.text.length);
  }

  /** The node of a text, or 0. */
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
    return node === 0 ? -1 : (this.#edges[node]! & 0xffffff) - 1; // 0 is not the root, whose slot is beyond all edges
  }

  /** The id of the longest match from a node in units[from, to), or -1. Sets `end` to its end. */
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
   * Returns the number of pieces, or -1 if the table is too small. One loop with few branches, all taken early: most of
   * it runs before the runtime compiles it, and a branch seen later would make it compile again.
   */
  #fill({ text, separator }: PieceList, errorOf?: (id: number, first: number) => TokenizerError): number {
    const { root } = this;
    const edges = this.#edges;
    const mask = edges.length - 2;
    let free = (edges.length * 0.35) | 0;
    // Malicious pieces can make all edges collide: give up after this many steps and try a larger table.
    let steps = 64 * text.length + 65_536;
    let id = 0;
    let node = root;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit === separator) {
        const known = edges[node]! & 0xffffff; // 0 at the root
        if (node === root || known !== 0) throw errorOf!(id, known - 1);
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
        if (--free < 0 || steps < 0) return -1;
        edges[at] = first;
        edges[at + 1] = high << 24;
      }
      node = at + 1;
    }
    return id;
  }
}
