import { checkObject, shown } from "@bertkit/checks";
import type * as tf from "@tensorflow/tfjs-core";
import { crc32c } from "./binary/crc-32.ts";
import { CheckpointError } from "./checkpoint-error.ts";
import { checkFolder } from "./folders/check-folder.ts";
import type { FilePieces, Folder } from "./folders/folder.ts";
import { writeFile } from "./folders/write-file.ts";
import { jsonTexts } from "./json-text.ts";
import { safetensorsPieces } from "./safetensors/safetensors-pieces.ts";
import type { StoredTensor } from "./safetensors/stored-tensor.ts";
import type { TensorDescription } from "./tensor-source.ts";
import { elementTypeOf, type VariableData } from "./variable-data.ts";

/** Tensors by name and a JSON value, for example the state of a training run. */
export interface SavedTensors {
  readonly tensors: ReadonlyMap<string, tf.Tensor>;
  /** Any JSON value: step, rng state, settings. Numbers may also be NaN, infinite and -0. */
  readonly json?: unknown;
}

/** The tensor of the last four bytes of the file, the CRC-32C of all bytes before them. */
export const checksumName = "__checksum__";

/**
 * Atomically saves tensors (float32, int32, bool) and a JSON value in one safetensors file with a checksum. Tensors are
 * read one at a time; do not change them until it is done.
 *
 * @throws TypeError that names the place of a value that JSON cannot represent, such as a Map or a typed array
 */
export async function saveTensors(folder: Folder, name: string, saved: SavedTensors): Promise<void> {
  checkFolder("saveTensors", folder);
  checkObject("saveTensors", "saved", saved, "{ tensors, json }");
  const { tensors, json = null } = saved;
  if (!(tensors instanceof Map))
    throw new TypeError(
      `saveTensors: tensors must be a Map of tensors by name, got ${shown(tensors)}. Pass new Map().`,
    );
  const descriptions = Array.from(tensors, ([key, { dtype, shape }]): TensorDescription => {
    const type = elementTypeOf(dtype);
    if (!type)
      throw new CheckpointError(
        "SAFETENSORS",
        `saveTensors: "${key}" is ${dtype}; supported are float32, int32 and bool.`,
      );
    return { name: key, type, shape };
  });
  if (tensors.has(checksumName))
    throw new CheckpointError("NAMES", `saveTensors: "${checksumName}" is reserved for the file's checksum.`);
  let crc = 0;
  const byName = new Map(descriptions.map((description) => [description.name, description]));
  const source = {
    tensor: async (key: string): Promise<StoredTensor> =>
      key === checksumName
        ? { ...checksum, data: Uint8Array.of(crc, crc >>> 8, crc >>> 16, crc >>> 24) }
        : { ...byName.get(key)!, data: (await tensors.get(key)!.data()) as VariableData },
  };
  const metadata = { format: "pt", ...jsonTexts("saveTensors", json) };
  const pieces = safetensorsPieces(source, descriptions, metadata, checksum);
  const summed: FilePieces = {
    size: pieces.size,
    async *[Symbol.asyncIterator]() {
      crc = 0;
      for await (const piece of pieces) {
        crc = crc32c(piece, crc);
        yield piece;
      }
    },
  };
  await writeFile(folder, name, summed);
}

const checksum: TensorDescription = { name: checksumName, type: "U8", shape: [4] };
