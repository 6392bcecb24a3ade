import { TokenizerError } from "../tokenizer-error.ts";
import type { PieceList } from "./piece-list.ts";

const mostBits = 22;
const numberBits = 24; // of an edge's two numbers; a byte of its unit is above each
const numberMask = (1 << numberBits) - 1;
const unitFactor = 0x85ebca6b;
const placeFactor = 0x9e3779b1;

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
  /** Where the piece that `longest` found ends. */
  end = 0;
  readonly #edges: Int32Array;
  readonly #shift: number;

  /**
   * Each piece's id is its place.
   *
   * @param fault what is thrown at a piece that came before, with its first id, or is empty, with -1.
   * @throws TokenizerError if all are too many to fit.
   */
  constructor(pieces: PieceList, fault: (id: number, first: number) => TokenizerError) {
    // BERT's vocabularies have 1.2 to 2.2 edges a piece.
    let bits = 6;
    while (1 << bits < pieces.length * 3.3) bits++;
    for (; bits <= mostBits; bits++) {
      this.#edges = new Int32Array(2 << bits);
      this.#shift = 31 - bits;
      this.root = this.#edges.length + 1;
      if (this.#fill(pieces, fault)) return;
    }
    throw new TokenizerError(
      "vocabulary",
      `Vocabulary: ${pieces.length} pieces are too many, or too long. Take a vocabulary of less than a million pieces.`,
    );
  }

  /** The node that a text leads to from the root, or 0. */
  find(text: string): number {
    let node = this.root;
    for (let i = 0; i < text.length && node !== 0; i++) node = this.#child(node, text.charCodeAt(i));
    return node;
  }

  /** The id of the piece that ends at a node, or -1. */
  id(node: number): number {
    return node === 0 || node === this.root ? -1 : (this.#edges[node]! & numberMask) - 1;
  }

  /** The id of the longest piece at units[from, to) that goes on from a node, with its end in `end`; -1 for none. */
  longest(units: Uint16Array, from: number, to: number, node: number): number {
    const edges = this.#edges;
    const shift = this.#shift;
    let ending = 0;
    let end = 0;
    walk: for (let i = from; i < to;) {
      const unit = units[i]!;
      // As `#child`, which is too slow to call here.
      const first = node | (unit << numberBits);
      let at = place(node, unit, shift);
      let second = edges[at + 1]!;
      for (let found = edges[at]!; found !== first || second >>> numberBits !== unit >>> 8; found = edges[at]!) {
        if (found === 0) break walk;
        at = (at + 2) & (edges.length - 1);
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

  /** False where there is no room. One loop without calls: it runs before the runtime has compiled any. */
  #fill(pieces: PieceList, fault: (id: number, first: number) => TokenizerError): boolean {
    const { text, starts, gap } = pieces;
    const edges = this.#edges;
    const shift = this.#shift;
    const mask = edges.length - 1;
    let room = edges.length * 0.35;
    for (let id = 0; id < pieces.length; id++) {
      const start = starts[id]!;
      const end = starts[id + 1]! - gap;
      if (start === end) throw fault(id, -1);
      let node = this.root;
      for (let i = start; i < end; i++) {
        const unit = text.charCodeAt(i);
        const first = node | (unit << numberBits);
        const high = unit >>> 8;
        let at = place(node, unit, shift) - 2;
        let found: number;
        do {
          at = (at + 2) & mask;
          found = edges[at]!;
        } while (found !== 0 && (found !== first || edges[at + 1]! >>> numberBits !== high));
        if (found === 0) {
          if (--room < 0) return false;
          edges[at] = first;
          edges[at + 1] = high << numberBits;
        }
        node = at + 1;
      }
      const known = edges[node]! & numberMask;
      if (known !== 0) throw fault(id, known - 1);
      edges[node]! |= id + 1;
    }
    return true;
  }

  #child(node: number, unit: number): number {
    const edges = this.#edges;
    const first = node | (unit << numberBits);
    let at = place(node, unit, this.#shift);
    for (; edges[at] !== 0; at = (at + 2) & (edges.length - 1))
      if (edges[at] === first && edges[at + 1]! >>> numberBits === unit >>> 8) return at + 1;
    return 0;
  }
}

function place(node: number, unit: number, shift: number): number {
  return (Math.imul(node ^ Math.imul(unit, unitFactor), placeFactor) >>> shift) & -2;
}
