import type { PieceBuffer } from "../pipeline/piece-buffer.ts";
import type { TemplatePart } from "../post-processors/template.ts";
import type { BatchRow } from "./batch.ts";

/** Texts in flat arrays, one after the other without padding, as TensorFlow's RaggedTensor. */
export interface RaggedEncoding {
  /** Tokens of all texts. */
  readonly ids: Int32Array;
  /** [texts + 1]: text i is ids[rowSplits[i], rowSplits[i + 1]). */
  readonly rowSplits: Int32Array;
  /** [start, end) of each token in its text, flat: [2 tokens]; 0, 0 for what was put in. Only where asked for. */
  readonly offsets?: Int32Array;
}

/** Lays rows one after the other into arrays that grow. */
export class RaggedBuilder {
  readonly #rowSplits: Int32Array;
  #rows = 0;
  #length = 0;
  #ids: Int32Array;
  #offsets: Int32Array | undefined;

  /** @param tokens about how many there will be. */
  constructor(rows: number, tokens: number, withOffsets: boolean) {
    this.#rowSplits = new Int32Array(rows + 1);
    this.#ids = new Int32Array(tokens);
    this.#offsets = withOffsets ? new Int32Array(2 * tokens) : undefined;
  }

  add(pieces: PieceBuffer, row: BatchRow, template: readonly TemplatePart[]): void {
    this.#reserve(row.kept[0] + row.kept[1] + template.length);
    const ids = this.#ids;
    const offsets = this.#offsets;
    const { ids: from, starts, ends } = pieces;
    let at = this.#length;
    for (const part of template) {
      if (!("sequence" in part)) {
        ids[at++] = part.id;
        continue;
      }
      const start = part.sequence === 0 ? row.start : row.split;
      const end = start + row.kept[part.sequence];
      if (offsets) {
        for (let i = start, to = 2 * at; i < end; i++) {
          offsets[to++] = starts[i]!;
          offsets[to++] = ends[i]!;
        }
      }
      for (let i = start; i < end; i++) ids[at++] = from[i]!;
    }
    this.#length = this.#rowSplits[++this.#rows] = at;
  }

  build(): RaggedEncoding {
    const ids = trimmed(this.#ids, this.#length);
    const offsets = this.#offsets && trimmed(this.#offsets, 2 * this.#length);
    return { ids, rowSplits: this.#rowSplits, ...(offsets ? { offsets } : {}) };
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#ids.length) return;
    const capacity = Math.max(needed, this.#ids.length * 2);
    const ids = new Int32Array(capacity);
    ids.set(this.#ids);
    this.#ids = ids;
    if (!this.#offsets) return;
    const offsets = new Int32Array(2 * capacity);
    offsets.set(this.#offsets);
    this.#offsets = offsets;
  }
}

function trimmed(array: Int32Array, length: number): Int32Array {
  return array.length === length ? array : array.slice(0, length);
}

/** Several ragged encodings as one, in order. */
export function joinRagged(parts: readonly RaggedEncoding[], withOffsets: boolean): RaggedEncoding {
  const rows = parts.reduce((total, { rowSplits }) => total + rowSplits.length - 1, 0);
  const length = parts.reduce((total, { ids }) => total + ids.length, 0);
  const ids = new Int32Array(length);
  const rowSplits = new Int32Array(rows + 1);
  const offsets = withOffsets ? new Int32Array(2 * length) : undefined;
  let [row, at] = [0, 0];
  for (const part of parts) {
    ids.set(part.ids, at);
    if (part.offsets) offsets?.set(part.offsets, 2 * at);
    for (let i = 1; i < part.rowSplits.length; i++) rowSplits[++row] = at + part.rowSplits[i]!;
    at += part.ids.length;
  }
  return { ids, rowSplits, ...(offsets ? { offsets } : {}) };
}
