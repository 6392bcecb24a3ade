// Malicious weight files: each is small, and each once took seconds or gigabytes, or crashed the process.
import { attack, type Attack } from "@bertkit/testing/attacks";
import { legacyFile } from "../__fixtures__/legacy-bytes.ts";
import { int, pickle, tensor, text, torchZip } from "../__fixtures__/pickle-bytes.ts";
import { blockBytes, storedBlock, tableBytes, tableHeader } from "../__fixtures__/table-bytes.ts";
import { varint } from "../binary/varint.ts";
import { memoryFolder } from "../folders/memory-folder.ts";
import { readJson, readText } from "../folders/read-file.ts";
import { openWeights } from "../open-weights.ts";
import { openPytorch } from "../pytorch/open-pytorch.ts";
import { bytesSource } from "../random-access.ts";
import { openSafetensors } from "../safetensors/open-safetensors.ts";
import { openTensorflow } from "../tensorflow/open-tensorflow.ts";
import type { TensorSource } from "../tensor-source.ts";

const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const megabytes = (count: number): number => count * 1_000_000;

function header(json: string, data = 0): Uint8Array {
  const bytes = new Uint8Array(8 + json.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(Buffer.from(json), 8);
  return bytes;
}
const entry = (name: string, begin: number, end: number): string =>
  `"${name}":{"dtype":"U8","shape":[${end - begin}],"data_offsets":[${begin},${end}]}`;
const safetensors = (name: string, json: () => string, refused?: RegExp, data = 0): Attack =>
  attack(
    `safetensors: ${name}`,
    () => header(json(), data),
    (bytes) => openSafetensors(bytesSource(bytes)),
    refused,
  );

/** A string of the given length. */
function longText(length: number): Uint8Array {
  const bytes = new Uint8Array(5 + length).fill(97);
  bytes[0] = 0x58;
  new DataView(bytes.buffer).setUint32(1, length, true);
  return bytes;
}
const torch = (name: string, parts: () => Parameters<typeof pickle>, refused?: RegExp): Attack =>
  attack(
    `pytorch: ${name}`,
    () => torchZip(pickle(...parts())),
    async (bytes) => readAll(await openPytorch(bytesSource(bytes))),
    refused,
  );
const legacy = (name: string, bytes: () => Uint8Array, refused: RegExp): Attack =>
  attack(`pytorch, legacy: ${name}`, bytes, (file) => openPytorch(bytesSource(file)), refused);

async function readAll(source: TensorSource): Promise<void> {
  for (const name of source.entries.keys()) await source.tensor(name);
}

const index = (name: string, bytes: () => Uint8Array, refused: RegExp): Attack =>
  attack(
    `tensorflow: ${name}`,
    bytes,
    (file) => openTensorflow(memoryFolder({ "m.index": file, "m.data-00000-of-00001": new Uint8Array(64) }), "m"),
    refused,
  );
/** Snappy: one literal, then copies of 64 bytes of it. */
const snappyOf = (length: number): Uint8Array => {
  const copies = Math.floor((length - 64) / 64);
  const bytes = Uint8Array.from([...varint(64 + 64 * copies), 60 << 2, 63, ...new Uint8Array(64)]);
  return new Uint8Array(Buffer.concat([bytes, ...times(copies, () => Uint8Array.of((63 << 2) | 2, 64, 0))]));
};

const folder = (name: string, files: () => Record<string, string | Uint8Array>, refused?: RegExp): Attack =>
  attack(name, () => memoryFolder(files()), openWeights, refused);

export const attacks: readonly Attack[] = [
  safetensors("20 MB of [", () => `{"a":${"[".repeat(megabytes(20))}`, /"a" has no dtype/),
  safetensors("20 MB of [ in an unused value", () => `{"a":{"x":${"[".repeat(megabytes(20))}`, /deeper than 64/),
  safetensors("20 MB of {", () => '{"a":'.repeat(megabytes(4)), /nested deeper than 64/),
  safetensors("6 MB of {} in a list", () => `{"a":{"x":[${"{},".repeat(megabytes(2))}{}]}}`, /dtype undefined/),
  safetensors(
    "a shape of two million axes",
    () => `{"a":{"dtype":"U8","shape":[${"1,".repeat(megabytes(2))}1],"data_offsets":[0,1]}}`,
    /not a list of at most 64 counts/,
    1,
  ),
  safetensors(
    "a dtype of 10 MB",
    () => `{"a":{"dtype":"${"x".repeat(megabytes(10))}"}}`,
    /dtype "xxx.*…; supported are/,
  ),
  safetensors(
    "two names of 5 MB that overlap",
    () => `{${entry("a".repeat(megabytes(5)), 0, 1)},${entry("b".repeat(megabytes(5)), 0, 1)}}`,
    /"b+…" overlaps another tensor/,
    1,
  ),
  safetensors("20,000 empty tensors", () => `{${times(20_000, (i) => entry(`t${i}`, 0, 0)).join()}}`),
  safetensors("100,000 strings of metadata", () => `{"__metadata__":{${times(100_000, (i) => `"${i}":""`).join()}}}`),
  safetensors("a number of 10 MB", () => `{"a":{"x":${"1".repeat(megabytes(10))}}}`, /dtype undefined/),
  safetensors("a string of 10 MB of escapes", () => `{"${"\\u0061".repeat(megabytes(1.5))}":1}`, /has no dtype/),

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

  folder("tfjs: 3,000 empty files for 30,000 tensors", () => {
    const paths = times(3000, (i) => `e${i}.bin`);
    const weights = times(30_000, (i) => ({ name: `t${i}`, shape: [], dtype: "bool" }));
    const empty = Object.fromEntries(paths.map((path) => [path, new Uint8Array(0)]));
    return {
      ...empty,
      "z.bin": new Uint8Array(30_000),
      "model.json": JSON.stringify({ weightsManifest: [{ paths: [...paths, "z.bin"], weights }] }),
    };
  }),
  folder(
    "tfjs: a dtype nested 100,000 deep",
    () => ({
      "model.json": `{"weightsManifest":[{"paths":[],"weights":[{"name":"a","dtype":${"[".repeat(100_000)}${"]".repeat(100_000)}}]}]}`,
    }),
    /dtype a list/,
  ),
  folder("tfjs: 20 MB of [", () => ({ "model.json": `{"a":${"[".repeat(megabytes(20))}` }), /nested deeper than 64/),
  folder(
    "shards: 20 MB of {",
    () => ({ "model.safetensors.index.json": '{"a":'.repeat(megabytes(4)) }),
    /nested deeper than 64/,
  ),
  folder("shards: 20,000 names of one file", () => ({
    "model.safetensors.index.json": JSON.stringify({
      weight_map: Object.fromEntries(times(20_000, (i) => [`t${i}`, "a.safetensors"])),
    }),
    "a.safetensors": header(`{${times(20_000, (i) => entry(`t${i}`, 0, 0)).join()}}`),
  })),
  folder(
    "shards: a file name of 5 MB",
    () => ({ "model.safetensors.index.json": JSON.stringify({ weight_map: { a: "../".repeat(megabytes(1.5)) } }) }),
    /shards must be in the folder of the index/,
  ),
  attack(
    "an endless config.json",
    () => endless,
    (source) => readJson(source, "config.json"),
    /has 1099511627776 bytes/,
  ),
  attack(
    "an endless vocab.txt",
    () => endless,
    (source) => readText(source, "vocab.txt"),
    /has 1099511627776 bytes/,
  ),
];

/** A folder with endless files: readers must not start to read them whole. */
const endless = {
  read: (): Promise<never> => Promise.reject(new Error("read whole")),
  open: async () => ({ size: 2 ** 40, read: (): Promise<never> => Promise.reject(new Error("read")) }),
};
