import { checkText } from "@bertkit/checks";
import { compareBytes } from "../binary/compare-bytes.ts";
import { maskedCrc32c } from "../binary/crc-32.ts";
import { checkDescription } from "../check-description.ts";
import type { FilePieces, Folder } from "../folders/folder.ts";
import { writeFile } from "../folders/write-file.ts";
import { writeTogether } from "../folders/write-together.ts";
import { elementSize, encodeElements } from "../safetensors/element-type.ts";
import type { StoredTensor, TensorToStore } from "../safetensors/stored-tensor.ts";
import { isTensorSource, sourceToStore, type TensorDescription, type TensorSource } from "../tensor-source.ts";
import { encodeBundleEntry, encodeBundleHeader } from "./bundle-entry.ts";
import { dataFileName } from "./data-shards.ts";
import { writeTable } from "./table/write-table.ts";
import { tensorflowError } from "./tensorflow-error.ts";
import { typeNumbers } from "./tensorflow-types.ts";

/**
 * Writes a TensorFlow 1 checkpoint, which `tf.train.Saver` restores by name: the data file, `prefix.index`, and the
 * file `checkpoint` for `tf.train.latest_checkpoint`. All files are replaced together (`writeTogether`). The same
 * tensors give the same bytes. A source is written with one tensor in memory at a time.
 */
export async function writeTensorflow(
  folder: Folder,
  prefix: string,
  tensors: Iterable<TensorToStore> | TensorSource,
): Promise<void> {
  checkText("writeTensorflow", "prefix", prefix, "Pass the checkpoint's path, such as bert_model.ckpt.");
  const source = isTensorSource(tensors) ? tensors : sourceToStore("writeTensorflow", tensors);
  if (source.entries.has("")) throw tensorflowError("a tensor has no name.");
  for (const tensor of source.entries.values()) checkDescription("writeTensorflow", "TENSORFLOW", tensor);
  const encoder = new TextEncoder();
  const sorted = Array.from(source.entries.values(), (tensor) => ({ tensor, key: encoder.encode(tensor.name) }));
  sorted.sort((a, b) => compareBytes(a.key, b.key));
  const checksums: number[] = [];
  const data: FilePieces = {
    size: sorted.reduce((sum, { tensor }) => sum + bytesOf(tensor), 0),
    async *[Symbol.asyncIterator]() {
      checksums.length = 0;
      for (const { tensor } of sorted) {
        const bytes = encodeTensor({ ...tensor, data: (await source.tensor(tensor.name)).data });
        checksums.push(maskedCrc32c(bytes));
        yield bytes;
      }
    },
  };
  await writeTogether(folder, `${prefix}.index`, async (staged) => {
    await writeFile(staged, dataFileName(prefix, 0, 1), data);
    await writeFile(staged, `${prefix}.index`, writeTable(entriesOf(sorted, checksums)));
    const quoted = JSON.stringify(prefix);
    await writeFile(staged, "checkpoint", `model_checkpoint_path: ${quoted}\nall_model_checkpoint_paths: ${quoted}\n`);
  });
}

/** The index entries of tensors stored consecutively. */
function entriesOf(
  sorted: readonly { tensor: TensorDescription; key: Uint8Array }[],
  checksums: readonly number[],
): [Uint8Array, Uint8Array][] {
  const entries: [Uint8Array, Uint8Array][] = [[new Uint8Array(0), encodeBundleHeader({ shards: 1 })]];
  let offset = 0;
  for (const [i, { tensor, key }] of sorted.entries()) {
    const [type, size, crc] = [typeNumbers[tensor.type], bytesOf(tensor), checksums[i]!];
    entries.push([
      key,
      encodeBundleEntry({ type, shape: tensor.shape, shard: 0, offset, size, crc, partitioned: false }),
    ]);
    offset += size;
  }
  return entries;
}

function bytesOf({ type, shape }: TensorDescription): number {
  return shape.reduce((product, length) => product * length, elementSize(type));
}

function encodeTensor({ name, type, shape, data }: StoredTensor): Uint8Array {
  const elements = shape.reduce((product, length) => product * length, 1);
  if (elements !== data.length)
    throw tensorflowError(`"${name}" of shape [${shape.join(", ")}] has ${elements} elements, got ${data.length}.`);
  const bytes = encodeElements(type, data);
  if (!bytes) throw tensorflowError(`"${name}" cannot be stored as ${type} from this ${data.constructor.name}.`);
  return bytes;
}
