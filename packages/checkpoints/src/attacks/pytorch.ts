import { attack, type Attack } from "@bertkit/testing/attacks";
import { legacyFile } from "../__fixtures__/legacy-bytes.ts";
import { int, pickle, tensor, text, torchZip } from "../__fixtures__/pickle-bytes.ts";
import { openPytorch } from "../pytorch/open-pytorch.ts";
import { bytesSource } from "../random-access.ts";
import type { TensorSource } from "../tensor-source.ts";
import { megabytes, times } from "./repeated.ts";

/** A string of the given length. */
function longText(length: number): Uint8Array {
  const bytes = new Uint8Array(5 + length).fill(97);
  bytes[0] = 0x58;
  new DataView(bytes.buffer).setUint32(1, length, true);
  return bytes;
}
const torch = (name: string, parts: () => Parameters<typeof pickle>, rejected?: RegExp): Attack =>
  attack(
    `pytorch: ${name}`,
    () => torchZip(pickle(...parts())),
    async (bytes) => readAll(await openPytorch(bytesSource(bytes))),
    rejected,
  );
const legacy = (name: string, bytes: () => Uint8Array, rejected: RegExp): Attack =>
  attack(`pytorch, legacy: ${name}`, bytes, (file) => openPytorch(bytesSource(file)), rejected);

async function readAll(source: TensorSource): Promise<void> {
  for (const name of source.entries.keys()) await source.tensor(name);
}

export const pytorchAttacks: readonly Attack[] = [
  torch(
    "a key of 100 kB over 2,000 values",
    () => [
      "}(",
      longText(100_000),
      "}(",
      ...times(2000, (i) => [int(i), int(i)]).flat(),
      "u",
      text("a"),
      ...tensor(),
      "u",
    ],
    /are longer in total than 16 times/,
  ),
  torch(
    "a key of 100 kB over 2,000 tensors",
    () => ["}(", longText(100_000), "](", ...tensor(), "q\x00", "h\x00".repeat(2000), "eu"],
    /are longer in total/,
  ),
  torch(
    "a key of 30 kB at each of 20 levels",
    () => ["}", longText(30_000), "q\x00", ...times(20, () => ["}h\x00"]).flat(), ...tensor(), "s".repeat(21)],
    /are longer in total/,
  ),
  torch(
    "a memo index of four billion",
    () => ["Nr\xff\xff\xff\xff}", text("a"), ...tensor(), "s"],
    /stores memo 4294967295 before/,
  ),
  torch("400,000 dicts", () => ["(" + "}".repeat(400_000) + "1}", text("a"), ...tensor(), "s"]),
  torch(
    "five million values",
    () => ["(" + ")".repeat(megabytes(5)) + "1}", text("a"), ...tensor(), "s"],
    /more than 4194304 values/,
  ),
  torch(
    "30,000 tensors that repeat one element a million times",
    () => ["](", ...tensor({ shape: [1 << 20], strides: [0] }), "q\x00", "h\x00".repeat(30_000), "e"],
    /have \d+ bytes in total/,
  ),
  torch(
    "a shape with a zero behind an overflow",
    () => [
      "}",
      text("a"),
      ...tensor({ shape: [...times(40, () => 2 ** 31 - 1), 0], strides: times(41, () => 0) }),
      "s",
    ],
    /too many elements/,
  ),
  torch(
    "a shape of 20,000 axes",
    () => ["}", text("a"), ...tensor({ shape: times(20_000, () => 1), strides: times(20_000, () => 0) }), "s"],
    /not a tuple of at most 64/,
  ),
  torch(
    "a dict with one key set a million times, seen a thousand times",
    () => ["](", "}(" + "K\x01N".repeat(1_000_000) + "uq\x00" + "h\x00".repeat(1000) + "e"],
    /more than 1000000 values/,
  ),
  torch("tuples in tuples", () => [")" + "\x85".repeat(megabytes(1))], /nested deeper/),
  torch("a list that contains itself twice", () => ["]q\x00(h\x00h\x00e"], /nested deeper|are longer in total/),
  torch(
    "a global with a name of 1 MB",
    () => ["c" + "m".repeat(megabytes(1)) + "\nn\n"],
    /names m+…, which is not part of a tensor/,
  ),
  torch(
    "a quoted line of 5 MB without its quote",
    () => ["}S'" + "'a".repeat(megabytes(2)) + "\n", ...tensor(), "s"],
    undefined,
  ),
  legacy(
    "a pickle without end",
    () => new Uint8Array(Buffer.concat([Uint8Array.of(0x80, 2), Buffer.alloc(megabytes(1), ")")])),
    /ends too early|values/,
  ),
  legacy(
    "a key of 100 kB over 2,000 tensors",
    () =>
      legacyFile(
        pickle("}(", longText(100_000), "](", ...tensor(), "q\x00", "h\x00".repeat(2000), "eu"),
        "0",
        new Uint8Array(16),
      ),
    /are longer in total/,
  ),
];
