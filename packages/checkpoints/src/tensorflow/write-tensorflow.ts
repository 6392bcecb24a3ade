import { compareBytes } from "../binary/compare-bytes.ts";
import { maskedCrc32c } from "../binary/crc-32.ts";
import type { Folder } from "../folders/folder.ts";
import { writeFile } from "../folders/write-file.ts";
import { encodeElements, naturalType } from "../safetensors/element-type.ts";
import type { TensorToStore } from "../safetensors/stored-tensor.ts";
import { encodeBundleEntry, encodeBundleHeader } from "./bundle-entry.ts";
import { dataFileName } from "./data-shards.ts";
import { writeTable } from "./table/write-table.ts";
import { tensorflowError } from "./tensorflow-error.ts";
import { typeNumbers } from "./tensorflow-types.ts";

/**
 * Writes a TensorFlow 1 checkpoint, which `tf.train.Saver` restores by name: the data file, then `prefix.index`, then
 * the file `checkpoint`, by which `tf.train.latest_checkpoint` finds it. The same tensors give the same bytes.
 */
export async function writeTensorflow(folder: Folder, prefix: string, tensors: Iterable<TensorToStore>): Promise<void> {
  const encoder = new TextEncoder();
  const parts = Array.from(tensors, (tensor) => ({ ...encodeTensor(tensor), key: encoder.encode(tensor.name) }));
  parts.sort((a, b) => compareBytes(a.key, b.key));
  const data = new Uint8Array(parts.reduce((sum, { bytes }) => sum + bytes.length, 0));
  const entries: [Uint8Array, Uint8Array][] = [[new Uint8Array(0), encodeBundleHeader({ shards: 1 })]];
  let offset = 0;
  let last: Uint8Array = new Uint8Array(0);
  for (const { key, name, type, shape, bytes } of parts) {
    if (compareBytes(last, key) === 0) throw tensorflowError(`"${name}" is given twice, or is no name.`);
    last = key;
    data.set(bytes, offset);
    const entry = { type, shape, shard: 0, offset, size: bytes.length, crc: maskedCrc32c(bytes), partitioned: false };
    entries.push([key, encodeBundleEntry(entry)]);
    offset += bytes.length;
  }
  await writeFile(folder, dataFileName(prefix, 0, 1), data);
  await writeFile(folder, `${prefix}.index`, writeTable(entries));
  const quoted = JSON.stringify(prefix);
  await writeFile(folder, "checkpoint", `model_checkpoint_path: ${quoted}\nall_model_checkpoint_paths: ${quoted}\n`);
}

interface Part {
  readonly name: string;
  readonly type: number;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

function encodeTensor({ name, shape, data, type = naturalType(data) }: TensorToStore): Part {
  const elements = shape.reduce((product, length) => product * length, 1);
  if (elements !== data.length)
    throw tensorflowError(`"${name}" of shape [${shape.join(", ")}] has ${elements} elements, got ${data.length}.`);
  const bytes = encodeElements(type, data);
  if (!bytes)
    throw tensorflowError(`"${name}" is to be ${type}, which a ${data.constructor.name} of these values cannot be.`);
  return { name, type: typeNumbers[type], shape, bytes };
}
