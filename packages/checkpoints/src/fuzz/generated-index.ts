import type { Dice } from "@bertkit/testing/dice";
import { storedBlock, blockBytes, tableBytes } from "../__fixtures__/table-bytes.ts";
import { withCorrectChecksums } from "../__fixtures__/table-checksums.ts";
import { varint } from "../binary/varint.ts";
import { encodeBundleEntry, encodeBundleHeader } from "../tensorflow/bundle-entry.ts";
import { damage } from "./damage.ts";

/** The files of a TensorFlow checkpoint `m`, by name. */
export interface GeneratedCheckpoint {
  readonly "m.index": Uint8Array;
  readonly "m.data-00000-of-00001": Uint8Array;
}

const types = [
  { number: 1, width: 4 },
  { number: 9, width: 8 },
  { number: 10, width: 1 },
  { number: 14, width: 2 },
];
const shapes = [[], [1], [3], [2, 2], [0], [4, 0, 2], [1, 1, 3]];
const wide = [-1, 0, 1, 0.5, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 99_999];

/** The table of a checkpoint in one or more blocks, plain or Snappy: mostly valid, sometimes with structural faults. */
export function generatedIndex(dice: Dice): GeneratedCheckpoint {
  const faults = dice.pick([0, 200, 60, 15]);
  const fault = (): boolean => faults > 0 && dice.once(faults);
  const number = (value: number): number => (fault() ? Math.max(0, Math.floor(dice.pick(wide))) : value);
  let offset = 0;
  const keys = dice.several(0, 12, (i) => `${dice.pick(["a", "layer/", "layer/kernel", "m/é", "z"])}${i}`).sort();
  if (fault()) keys.reverse();
  if (fault() && keys.length > 1) keys[1] = keys[0]!;
  const entries: [string, Uint8Array][] = [["", encodeBundleHeader({ shards: number(1) })]];
  for (const key of keys) {
    const { number: type, width } = dice.pick(types);
    const shape = dice.pick(shapes).map(number);
    const size = number(shape.reduce((product, length) => product * length, width));
    const entry = {
      type: number(type),
      shape,
      shard: fault() ? 1 : 0,
      offset: number(offset),
      size,
      crc: 0,
      partitioned: false,
    };
    if (Number.isSafeInteger(size) && size < 4096) offset += size;
    const encoded = encodeBundleEntry(entry);
    entries.push([key, fault() ? damage(encoded, dice) : encoded]);
  }
  if (fault()) entries.shift();
  const blocks: Uint8Array[] = [];
  const handles: [number, number][] = [];
  let [position, from] = [0, 0];
  while (from < entries.length) {
    const count = dice.integer(1, entries.length - from);
    const block = plainBlock(entries.slice(from, from + count), dice, fault);
    const packed = dice.once(3);
    const stored = storedBlock(packed ? snappy(block, dice, fault) : block, packed ? 1 : fault() ? 7 : 0);
    blocks.push(stored);
    handles.push([number(position), number(stored.length - 5)]);
    position += stored.length;
    from += count;
  }
  if (fault() && handles.length > 0) handles.push(dice.pick(handles));
  let index = tableBytes(blocks, handles);
  if (fault()) index = withCorrectChecksums(damage(index, dice));
  return { "m.index": index, "m.data-00000-of-00001": new Uint8Array(offset + (fault() ? dice.integer(0, 4) : 0)) };
}

/** Entries that each share a prefix with the previous key. */
function plainBlock(entries: readonly [string, Uint8Array][], dice: Dice, fault: () => boolean): Uint8Array {
  let last: number[] = [];
  return blockBytes(
    entries.map(([name, value]) => {
      const key = [...Buffer.from(name)];
      let shared = 0;
      while (shared < last.length && last[shared] === key[shared] && !dice.once(6)) shared++;
      last = key;
      return [fault() ? dice.integer(0, 300) : shared, key.slice(shared), [...value]] as const;
    }),
    fault() ? dice.integer(0, 1000) : dice.integer(0, 3),
  );
}

/** Snappy with literals, and copies for repeated bytes. */
function snappy(bytes: Uint8Array, dice: Dice, fault: () => boolean): Uint8Array {
  const parts: number[] = [...varint(fault() ? dice.pick([0, 1, 2 ** 31, bytes.length + 1]) : bytes.length)];
  for (let at = 0; at < bytes.length;) {
    let run = 0;
    if (at > 0) while (run < 64 && bytes[at + run] === bytes[at - 1]) run++;
    if (run >= 4) {
      parts.push(((run - 1) << 2) | 2, fault() ? dice.integer(0, 255) : 1, 0);
      at += run;
    } else {
      const length = Math.min(dice.integer(1, 60), bytes.length - at);
      parts.push(((length - 1) << 2) | 0, ...bytes.subarray(at, at + length));
      at += length;
    }
  }
  return Uint8Array.from(parts);
}
