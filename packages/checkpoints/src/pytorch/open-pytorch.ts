import { OutOfBytes } from "../binary/byte-cursor.ts";
import { inFile } from "../binary/in-file.ts";
import { readRange } from "../binary/read-range.ts";
import { standInOf } from "../binary/stand-in-of.ts";
import { CheckpointError } from "../checkpoint-error.ts";
import { shown } from "../shown.ts";
import { checkRandomAccess, type RandomAccess } from "../random-access.ts";
import { decodeTensor } from "../safetensors/decode-tensor.ts";
import { elementCount } from "../element-count.ts";
import { elementSize } from "../safetensors/element-type.ts";
import type { TensorDescription, TensorSource } from "../tensor-source.ts";
import { gatherStrided, isRowMajor } from "./gather-strided.ts";
import { openLegacyFile } from "./legacy-file.ts";
import { checkedSpan, type PickledTensor } from "./pickled-tensor.ts";
import { pytorchError } from "./pytorch-error.ts";
import { flattenStateDict } from "./state-dict.ts";
import type { OpenedPickle, StorageReader } from "./storage-reader.ts";
import { openZipFile } from "./zip-file.ts";

/**
 * Opens a file of `torch.save(state_dict, …)` (`pytorch_model.bin`), of PyTorch 0.4 or later. Reads the names now, each
 * tensor on demand. The pickle can only build tensors and the containers of a state dict. Closing the result closes
 * `source`. Throws a CheckpointError on a damaged file.
 *
 * Opening takes time linear in the size of the pickle and the number of storages, and memory of at most about 140 times
 * the pickle. Tensors may share storages and repeat elements; their total size is limited to 16 times the file plus 64
 * MiB.
 */
export async function openPytorch(source: RandomAccess): Promise<TensorSource> {
  checkRandomAccess("openPytorch", source);
  const { storages, tensors, metadata } = await inFile(source.label, async () => {
    const { root, pickleBytes, storages } = await openFile(source);
    const { tensors, metadata } = flattenStateDict(root, pickleBytes);
    checkTotal(tensors.values(), source.size);
    return { storages, tensors, metadata };
  });
  const entries = new Map<string, TensorDescription>();
  for (const [name, { type, shape }] of tensors) entries.set(name, { name, type, shape });
  return {
    metadata,
    entries,
    async tensor(name) {
      const tensor = tensors.get(name);
      if (!tensor)
        throw new CheckpointError(
          "NAMES",
          `tensor: the file has no ${shown(name)}. It has ${tensors.size} other tensors.`,
        );
      const { type, shape, strides } = tensor;
      const bytes = await inFile(source.label, () => readSpan(tensor, storages));
      const stored = decodeTensor({ name, type, shape }, bytes, source);
      if (isRowMajor(shape, strides)) return stored;
      return { ...stored, data: gatherStrided(stored.data, shape, strides), owned: true };
    },
    async close() {
      await source.close?.();
    },
  };
}

/** Maximum total bytes of all tensors, several of which may share a storage: per byte of the file, and in addition. */
const maxBytes = { perByte: 16, inAddition: 1 << 26 };

function checkTotal(tensors: Iterable<PickledTensor>, fileSize: number): void {
  const max = maxBytes.perByte * fileSize + maxBytes.inAddition;
  let total = 0;
  for (const { shape, type } of tensors) total += elementCount(shape)! * elementSize(type);
  if (total > max)
    throw pytorchError(
      `the tensors have ${total} bytes in total, the maximum for a file of ${fileSize} bytes is ${max}, even if they share storages. Save each tensor with its own storage.`,
    );
}

function readSpan(tensor: PickledTensor, storages: StorageReader): Promise<Uint8Array> {
  const { storage, type, offset } = tensor;
  const size = elementSize(type);
  const span = checkedSpan(tensor, storage.type ? storage.length : Math.floor(storage.length / size));
  const start = (storage.start + offset) * size;
  return span === 0 ? Promise.resolve(new Uint8Array(0)) : storages.read(storage.key, start, start + span * size);
}

async function openFile(source: RandomAccess): Promise<OpenedPickle> {
  const format = { code: "PYTORCH", format: "pytorch" } as const;
  const start = await readRange(source, 0, Math.min(64, source.size), format);
  try {
    if (start[0] === 0x50 && start[1] === 0x4b) return await openZipFile(source);
    if (start[0] === 0x80) return await openLegacyFile(source);
  } catch (error) {
    if (error instanceof OutOfBytes) throw pytorchError(`the file ends too early: ${error.message}.`, error);
    throw error;
  }
  const instead = standInOf(start);
  if (instead !== undefined) throw pytorchError(`the file ${instead}.`);
  throw pytorchError(
    "the file is in neither of torch.save's two formats, a zip file or a pickle. Save files of PyTorch 0.1 again with a later version.",
  );
}
