import { readFile } from "node:fs/promises";
import { stateDict, torchZip } from "../__fixtures__/pickle-bytes.ts";
import { legacyFile } from "../__fixtures__/legacy-bytes.ts";
import { withCorrectChecksums } from "../__fixtures__/table-checksums.ts";
import { OutOfBytes } from "../binary/byte-cursor.ts";
import { memoryFolder } from "../folders/memory-folder.ts";
import { openShards } from "../open-shards.ts";
import { openPytorch } from "../pytorch/open-pytorch.ts";
import { bytesSource } from "../random-access.ts";
import { openSafetensors } from "../safetensors/open-safetensors.ts";
import { writeSafetensors } from "../safetensors/write-safetensors.ts";
import { variableNames } from "../tensorflow/object-graph.ts";
import { openTensorflow } from "../tensorflow/open-tensorflow.ts";
import { uncompressSnappy } from "../tensorflow/table/snappy.ts";
import { tensorflowError } from "../tensorflow/tensorflow-error.ts";
import { writeTensorflow } from "../tensorflow/write-tensorflow.ts";
import { memorySource, type TensorSource } from "../tensor-source.ts";
import { openTfjs } from "../tfjs/open-tfjs.ts";
import { writeTfjs } from "../tfjs/write-tfjs.ts";

/** A reader and a valid file, of which it gets damaged copies. */
export interface FuzzedReader {
  readonly name: string;
  readonly original: Uint8Array;
  /** Number of leading bytes to damage: the structure, not the numbers. */
  readonly structure: number;
  readonly open: (bytes: Uint8Array) => Promise<TensorSource>;
}

const tensors = [
  { name: "embeddings.word", shape: [4, 3], data: Float32Array.from({ length: 12 }, (_, i) => i) },
  { name: "ids", shape: [2, 2], data: Int32Array.of(1, 2, 3, 4) },
  { name: "flag", shape: [1], data: Uint8Array.of(1), type: "BOOL" as const },
];
const floats = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);

/** Every reader of this package. */
export async function fuzzedReaders(): Promise<FuzzedReader[]> {
  const safetensors = writeSafetensors([
    ...tensors,
    { name: "half", shape: [5], data: new Float32Array(5), type: "BF16" },
  ]);
  const tensorflow = memoryFolder();
  await writeTensorflow(tensorflow, "m", tensors);
  const [data, index] = [tensorflow.files.get("m.data-00000-of-00001")!, tensorflow.files.get("m.index")!];
  const tfjs = memoryFolder();
  await writeTfjs(tfjs, tensors);
  const [manifest, shard] = [tfjs.files.get("model.json")!, tfjs.files.get("group1-shard1of1.bin")!];
  const openIndex = (bytes: Uint8Array): Promise<TensorSource> =>
    openTensorflow(memoryFolder({ "m.index": bytes, "m.data-00000-of-00001": data }), "m");
  const torch = (bytes: Uint8Array): Promise<TensorSource> => openPytorch(bytesSource(bytes));
  const zip = torchZip(stateDict(), floats);
  const pickle = stateDict({ shape: [2, 2], strides: [1, 2] });
  const legacy = legacyFile(stateDict(), "0", floats);
  const shards = memoryFolder({ "one.safetensors": safetensors });
  const shardIndex = new TextEncoder().encode(
    JSON.stringify({ weight_map: { "embeddings.word": "one.safetensors", ids: "one.safetensors" } }),
  );
  // From a SavedModel written by TensorFlow: packages/bertkit/src/__fixtures__/model-garden.
  const graph = Uint8Array.from(await readFile(new URL("../__fixtures__/object-graph.pb", import.meta.url)));
  const keys = Array.from({ length: 8 }, (_, i) => `model/layers/${i}/.ATTRIBUTES/VARIABLE_VALUE`);
  const snappy = Uint8Array.of(12, 8, 65, 66, 67, 0b000_000_01, 3, 0b000100_10, 1, 0);
  return [
    reader("safetensors", safetensors, (bytes) => openSafetensors(bytesSource(bytes)), 300),
    reader("safetensors index of shards", shardIndex, async (bytes) => {
      await shards.write("model.safetensors.index.json", bytes);
      return (await openShards(shards, "model.safetensors.index.json", openSafetensors)) ?? memorySource([]);
    }),
    reader("pytorch zip", zip, torch),
    // Damages the pickle before it is zipped, or the checksum would reject it first.
    reader("pytorch pickle", pickle, (bytes) => torch(torchZip(bytes, floats))),
    reader("pytorch legacy", legacy, torch),
    reader("tensorflow index", index, openIndex),
    // With checksums recomputed after the damage.
    reader("tensorflow index, checksums forged", index, (bytes) => openIndex(withCorrectChecksums(bytes))),
    reader("tensorflow object graph", graph, async (bytes) => {
      const names = bytesRead(() => variableNames(bytes, keys));
      return memorySource(
        Array.from(names.values(), (name) => ({ name, type: "U8", shape: [0], data: new Uint8Array(0) })),
      );
    }),
    reader("tfjs manifest", manifest, async (bytes) => {
      const source = await openTfjs(memoryFolder({ "model.json": bytes, "group1-shard1of1.bin": shard }));
      return source ?? memorySource([]);
    }),
    reader("snappy", snappy, async (bytes) => {
      const data = bytesRead(() => uncompressSnappy(bytes));
      return memorySource([{ name: "bytes", type: "U8", shape: [data.length], data }]);
    }),
  ];
}

/** Handles OutOfBytes as `openTensorflow` does. */
function bytesRead<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof OutOfBytes ? tensorflowError(error.message, error) : error;
  }
}

function reader(
  name: string,
  original: Uint8Array,
  open: FuzzedReader["open"],
  structure: number = original.length,
): FuzzedReader {
  return { name, original, structure: Math.min(structure, original.length), open };
}
