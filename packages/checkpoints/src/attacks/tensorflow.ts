import { attack, type Attack } from "@bertkit/testing/attacks";
import { blockBytes, storedBlock, tableBytes, tableHeader } from "../__fixtures__/table-bytes.ts";
import { varint } from "../binary/varint.ts";
import { memoryFolder } from "../folders/memory-folder.ts";
import { openWeights } from "../open-weights.ts";
import { openTensorflow } from "../tensorflow/open-tensorflow.ts";
import { megabytes, times } from "./repeated.ts";

const index = (name: string, bytes: () => Uint8Array, rejected: RegExp): Attack =>
  attack(
    `tensorflow: ${name}`,
    bytes,
    (file) => openTensorflow(memoryFolder({ "m.index": file, "m.data-00000-of-00001": new Uint8Array(64) }), "m"),
    rejected,
  );
/** Snappy: one literal, then copies of 64 bytes of it. */
const snappyOf = (length: number): Uint8Array => {
  const copies = Math.floor((length - 64) / 64);
  const bytes = Uint8Array.from([...varint(64 + 64 * copies), 60 << 2, 63, ...new Uint8Array(64)]);
  return new Uint8Array(Buffer.concat([bytes, ...times(copies, () => Uint8Array.of((63 << 2) | 2, 64, 0))]));
};

export const tensorflowAttacks: readonly Attack[] = [
  index(
    "50,000 handles to one block",
    () => {
      const block = storedBlock(blockBytes([], 250_000));
      return tableBytes(
        [block],
        times(50_000, () => [0, block.length - 5] as const),
      );
    },
    /overlaps the previous one/,
  ),
  index(
    "keys that share 60 kB with the previous key",
    () => {
      const rest = (i: number): number[] => [i >>> 8, i & 255];
      const block = storedBlock(
        blockBytes([
          tableHeader,
          ...times(
            60_000,
            (i) =>
              [
                i === 0 ? 0 : 60_000,
                i === 0 ? [...new Array<number>(60_000).fill(97), 0, 0] : rest(i),
                [8, 1, 18, 0, 40, 4],
              ] as const,
          ),
        ]),
      );
      return tableBytes([block], [[0, block.length - 5]]);
    },
    /are longer than in a valid file|appears twice/,
  ),
  index(
    "blocks that grow thirty-fold",
    () => {
      const block = storedBlock(snappyOf(megabytes(20)), 1);
      return tableBytes(
        [block, block],
        [
          [0, block.length - 5],
          [block.length, block.length - 5],
        ],
      );
    },
    /more than 8 times the bytes/,
  ),
  index(
    "300,000 empty entries",
    () => {
      const block = storedBlock(
        blockBytes([
          tableHeader,
          ...times(300_000, (i) => [0, [1 + (i >>> 16), (i >>> 8) & 255, i & 255], []] as const),
        ]),
      );
      return tableBytes([block], [[0, block.length - 5]]);
    },
    /data type 0/,
  ),
  index(
    "a shape of 200,000 axes",
    () => {
      const shape = times(200_000, () => [18, 2, 8, 1]).flat();
      const block = storedBlock(
        blockBytes([tableHeader, [0, [97], [8, 1, 18, ...varint(shape.length), ...shape, 40, 4]]]),
      );
      return tableBytes([block], [[0, block.length - 5]]);
    },
    /of shape \[1, 1, .*…\], takes too many bytes/,
  ),
  attack(
    "tensorflow: a checkpoint file of 2 MB of line breaks",
    () => memoryFolder({ checkpoint: "\n".repeat(megabytes(2)) }),
    openWeights,
    /has no weights/,
  ),
  attack(
    "tensorflow: a checkpoint file of 20 MB in quotes",
    () => memoryFolder({ checkpoint: `model_checkpoint_path: "${"a".repeat(megabytes(20))}"` }),
    openWeights,
    /more than 4096 characters/,
  ),
  attack(
    "tensorflow: a checkpoint file of 200,000 quotes",
    () => memoryFolder({ checkpoint: 'model_checkpoint_path: "\n'.repeat(200_000) }),
    openWeights,
    /has no weights/,
  ),
];
