import { OutOfBytes } from "../binary/byte-cursor.ts";
import { inFile } from "../binary/in-file.ts";
import { readRange } from "../binary/read-range.ts";
import { CheckpointError } from "../checkpoint-error.ts";
import { shown } from "../shown.ts";
import type { RandomAccess } from "../random-access.ts";
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
 * Opens what `torch.save(state_dict, …)` writes (`pytorch_model.bin`), of any PyTorch from 0.4 on: the names now, each
 * tensor when it is asked for. The pickle inside can make tensors and the containers of a state dict, and nothing else.
 * Closing the result closes `source`. Throws a CheckpointError that says what is wrong with a damaged file.
 *
 * Opening takes time linear in the pickle's length and the number of storages, and memory of about 140 times the pickle at
 * most. Tensors may share storages and repeat elements; together they have at most 16 times the file's bytes and 64 MiB.
 */
export async function openPytorch(source: RandomAccess): Promise<TensorSource> {
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
          `tensor: the file holds no ${shown(name)}. It holds ${tensors.size} others.`,
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

/** Tensors together, of which several may look at one storage, as bytes: of each byte of the file, and beside that. */
const mostBytes = { ofEachByte: 16, beside: 1 << 26 };

function checkTotal(tensors: Iterable<PickledTensor>, fileSize: number): void {
  const most = mostBytes.ofEachByte * fileSize + mostBytes.beside;
  let total = 0;
  for (const { shape, type } of tensors) total += elementCount(shape)! * elementSize(type);
  if (total > most)
    throw pytorchError(
      `the tensors together have ${total} bytes, the file ${fileSize}; ${most} are the most read from it, however often they share a storage. Save them as they are used.`,
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
  const start = await readRange(source, 0, Math.min(4, source.size), format);
  try {
    if (start[0] === 0x50 && start[1] === 0x4b) return await openZipFile(source);
    if (start[0] === 0x80) return await openLegacyFile(source);
  } catch (error) {
    if (error instanceof OutOfBytes) throw pytorchError(`the file ends too early: ${error.message}.`, error);
    throw error;
  }
  throw pytorchError(
    "the file is neither of torch.save's two forms, a zip file or a pickle. Files of PyTorch 0.1 must be saved again by a later one.",
  );
}
