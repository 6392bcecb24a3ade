import { ByteCursor } from "../binary/byte-cursor.ts";
import type { RandomAccess } from "../random-access.ts";
import { shown } from "../shown.ts";
import { elementSize } from "../safetensors/element-type.ts";
import { readPickle } from "./pickle/read-pickle.ts";
import { pytorchError } from "./pytorch-error.ts";
import type { OpenedPickle, StorageReader } from "./storage-reader.ts";
import { torchWorld } from "./torch-world.ts";
import { readZipEntry } from "./zip/read-entry.ts";
import { readZipDirectory } from "./zip/zip-directory.ts";

const maxPickle = 1 << 26;

/** The format of `torch.save` since PyTorch 1.6: a zip file with a pickle and one uncompressed file per storage. */
export async function openZipFile(source: RandomAccess): Promise<OpenedPickle> {
  const entries = await readZipDirectory(source);
  const pickle = [...entries.values()].find(({ name }) => /^[^/]+\/data\.pkl$/.test(name));
  if (!pickle) throw pytorchError("the zip file has no data.pkl: it is not a PyTorch file.");
  if (pickle.size > maxPickle) throw pytorchError(`data.pkl claims ${pickle.size} bytes.`);
  const folder = pickle.name.slice(0, -"data.pkl".length);
  const byteOrder = entries.get(`${folder}byteorder`);
  if (byteOrder && byteOrder.size < 16) {
    const order = new TextDecoder().decode(await readZipEntry(source, byteOrder));
    if (order.trim() !== "little") throw pytorchError(`the file's byte order is ${shown(order)}, not little.`);
  }
  const world = torchWorld();
  const root = readPickle(new ByteCursor(await readZipEntry(source, pickle)), world);
  for (const [key, { type, length }] of world.storages) {
    const size = entries.get(`${folder}data/${key}`)?.size;
    const expected = length * (type ? elementSize(type) : 1);
    if (size !== expected)
      throw pytorchError(`storage ${shown(key)} should have ${expected} bytes, the file has ${size ?? "none of it"}.`);
  }
  const storages: StorageReader = {
    read: (key, start, end) => readZipEntry(source, entries.get(`${folder}data/${key}`)!, start, end),
  };
  return { root, pickleBytes: pickle.size, storages };
}
