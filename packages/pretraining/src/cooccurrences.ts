import type { TokenDocument } from "./pretraining-instance.ts";

/**
 * A square matrix in compressed row format: row i has `values[k]` in column `columns[k]` for each k from `starts[i]` and
 * below `starts[i + 1]`.
 */
export interface SparseMatrix {
  readonly size: number;
  /** [size + 1] */
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float64Array;
}

/**
 * Counts how often two ids occur within `window` tokens of each other in a document, across sentences. Needs 8 · window
 * bytes per token while counting.
 */
export function cooccurrences(
  documents: readonly TokenDocument[],
  vocabularySize: number,
  window: number,
): SparseMatrix {
  checkIds(documents, vocabularySize);
  const ends = new Uint32Array(vocabularySize + 1);
  forEachPair(documents, window, (a, b) => {
    ends[a]!++;
    ends[b]!++;
  });
  let total = 0;
  for (let id = 0; id <= vocabularySize; id++) {
    const count = ends[id]!;
    ends[id] = total; // start of the row, until it is filled
    total += count;
  }
  const others = new Uint32Array(total);
  forEachPair(documents, window, (a, b) => {
    others[ends[a]!++] = b;
    others[ends[b]!++] = a;
  });
  return countedRows(others, ends, vocabularySize);
}

function checkIds(documents: readonly TokenDocument[], vocabularySize: number): void {
  documents.forEach((document, index) => {
    for (const sentence of document) {
      for (let i = 0; i < sentence.length; i++) {
        const id = sentence[i]!;
        if (!(Number.isInteger(id) && id >= 0 && id < vocabularySize))
          throw new RangeError(
            `wordVectors: document ${index} has the id ${id}, outside a vocabulary of ${vocabularySize}. Count with the tokenizer's own vocabularySize.`,
          );
      }
    }
  });
}

function forEachPair(documents: readonly TokenDocument[], window: number, use: (a: number, b: number) => void): void {
  const before = new Uint32Array(window);
  for (const document of documents) {
    let seen = 0;
    for (const sentence of document) {
      for (let i = 0; i < sentence.length; i++, seen++) {
        const id = sentence[i]!;
        for (let k = 1; k <= Math.min(window, seen); k++) use(before[(seen - k) % window]!, id);
        before[seen % window] = id;
      }
    }
  }
}

/** Counts the neighbors of each id; `ends` has the end of each id's list. */
function countedRows(others: Uint32Array, ends: Uint32Array, size: number): SparseMatrix {
  const starts = new Uint32Array(size + 1);
  const values = new Float64Array(others.length);
  const counts = new Float64Array(size);
  let kept = 0;
  for (let row = 0, at = 0; row < size; row++) {
    const found: number[] = [];
    for (; at < ends[row]!; at++) {
      const other = others[at]!;
      if (counts[other]!++ === 0) found.push(other);
    }
    found.sort((a, b) => a - b);
    for (const other of found) {
      others[kept] = other; // never past the read position
      values[kept++] = counts[other]!;
      counts[other] = 0;
    }
    starts[row + 1] = kept;
  }
  return { size, starts, columns: others.slice(0, kept), values: values.slice(0, kept) };
}
