import { maskedCrc32c } from "../../binary/crc-32.ts";
import { varint } from "../../binary/varint.ts";
import { shortestSeparator, shortSuccessor } from "./separators.ts";
import { blockTrailerSize, compressions, footerSize, tableMagic } from "./table-layout.ts";

const blockSize = 262_144; // as in TensorFlow
const restartInterval = 16;

/** Writes an uncompressed sorted string table. Entries must be sorted by key. The same entries give the same bytes. */
export function writeTable(entries: readonly (readonly [key: Uint8Array, value: Uint8Array])[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let position = 0;
  const index = new BlockBuilder();
  const close = (block: BlockBuilder): number[] => {
    const bytes = block.bytes();
    parts.push(bytes);
    const handle = [...varint(position), ...varint(bytes.length - blockTrailerSize)];
    position += bytes.length;
    return handle;
  };
  let block = new BlockBuilder();
  entries.forEach(([key, value], i) => {
    block.add(key, value);
    if (block.size < blockSize && i + 1 < entries.length) return;
    const next = entries[i + 1]?.[0];
    index.add(next ? shortestSeparator(key, next) : shortSuccessor(key), Uint8Array.from(close(block)));
    block = new BlockBuilder();
  });
  const handles = [...close(new BlockBuilder()), ...close(index)];
  const footer = new Uint8Array(footerSize);
  footer.set(handles);
  const view = new DataView(footer.buffer);
  tableMagic.forEach((half, i) => view.setUint32(footerSize - 8 + 4 * i, half, true));
  return concatenate([...parts, footer]);
}

class BlockBuilder {
  readonly #parts: Uint8Array[] = [];
  readonly #restarts: number[] = [0];
  #entries = 0;
  #last: Uint8Array = new Uint8Array(0);
  size = 0;

  add(key: Uint8Array, value: Uint8Array): void {
    let shared = 0;
    if (this.#entries > 0 && this.#entries % restartInterval === 0) this.#restarts.push(this.size);
    else while (shared < Math.min(key.length, this.#last.length) && key[shared] === this.#last[shared]) shared++;
    const header = Uint8Array.from([...varint(shared), ...varint(key.length - shared), ...varint(value.length)]);
    for (const part of [header, key.subarray(shared), value]) {
      this.#parts.push(part);
      this.size += part.length;
    }
    this.#last = key;
    this.#entries++;
  }

  /** The block with its trailer. */
  bytes(): Uint8Array {
    const tail = new Uint8Array(4 * this.#restarts.length + 4 + 1);
    const view = new DataView(tail.buffer);
    this.#restarts.forEach((restart, i) => view.setUint32(4 * i, restart, true));
    view.setUint32(4 * this.#restarts.length, this.#restarts.length, true);
    tail[tail.length - 1] = compressions.none;
    const checked = concatenate([...this.#parts, tail]);
    const crc = new Uint8Array(4);
    new DataView(crc.buffer).setUint32(0, maskedCrc32c(checked), true);
    return concatenate([checked, crc]);
  }
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}
