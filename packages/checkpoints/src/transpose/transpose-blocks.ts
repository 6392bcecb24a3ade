import type { Matrix } from "./matrix.ts";
import { transposeLoop, type TransposeLoop } from "./transpose-loop.ts";

/** The size of a block: few enough pages for the processor's TLB, and half a megabyte, which fits its cache. */
const [blockRows, blockColumns] = [768, 128] as const;
/** Padding between the rows of a block: at a distance of a power of two they would evict each other from the cache. */
const gap = 64;
/** Elements of a matrix: fewer are not worth a call into WebAssembly, and more do not fit its memory. */
const [minElements, maxElements] = [4096, 1 << 28] as const;
const pageBytes = 65_536;

/** Transposes a matrix and returns true, or returns false if its size is not suitable. */
type TransposeBlocks = (from: Matrix, rows: number, columns: number, to: Matrix) => boolean;

/** Transposes with WebAssembly SIMD, in memory as large as the largest matrix. Without SIMD no size is suitable. */
export function transposeBlocks(): TransposeBlocks {
  let memory: WebAssembly.Memory | undefined;
  let loop: TransposeLoop;
  let floats = new Float32Array(0);
  let integers = new Int32Array(0);

  const reserve = (bytes: number): boolean => {
    try {
      memory ??= new WebAssembly.Memory({ initial: 1 });
      loop ??= transposeLoop(memory);
      const missing = bytes - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
    } catch {
      return false; // no WebAssembly, no SIMD, forbidden in this page, or not enough memory
    }
    if (floats.buffer !== memory.buffer) {
      floats = new Float32Array(memory.buffer);
      integers = new Int32Array(memory.buffer);
    }
    return true;
  };

  return (from, rows, columns, to) => {
    if (
      from instanceof Uint8Array ||
      from.length < minElements ||
      from.length > maxElements ||
      rows % 4 > 0 ||
      columns % 4 > 0
    )
      return false;
    const block = Math.ceil(from.length / 16) * 16; // its start, in elements
    const stride = Math.min(rows, blockRows) + gap / 4;
    if (!reserve(4 * (block + blockColumns * stride))) return false;
    const view = from instanceof Float32Array ? floats : integers;
    view.set(from);
    for (let row = 0; row < rows; row += blockRows) {
      const height = Math.min(blockRows, rows - row);
      for (let column = 0; column < columns; column += blockColumns) {
        const width = Math.min(blockColumns, columns - column);
        loop.transpose(4 * (row * columns + column), 4 * block, 4 * width, 4 * height, 4 * columns, 4 * stride);
        for (let i = 0; i < width; i++) {
          const start = block + i * stride;
          to.set(view.subarray(start, start + height), (column + i) * rows + row);
        }
      }
    }
    return true;
  };
}
