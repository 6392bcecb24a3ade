import { ByteCursor, OutOfBytes } from "../binary/byte-cursor.ts";
import { readRange } from "../binary/read-range.ts";
import type { RandomAccess } from "../random-access.ts";
import { shown } from "../shown.ts";
import { elementSize } from "../safetensors/element-type.ts";
import { PickleDict, type PickleWorld } from "./pickle/pickle-values.ts";
import { readPickle } from "./pickle/read-pickle.ts";
import { pytorchError } from "./pytorch-error.ts";
import type { OpenedPickle, StorageReader } from "./storage-reader.ts";
import { torchWorld } from "./torch-world.ts";

const format = { code: "PYTORCH", format: "pytorch" } as const;
const magicNumber = 0x1950a86a20f9469cfc6cn;
const protocolVersion = 1001;
const firstRead = 1 << 16;
const maxPickle = 1 << 26;

/**
 * The format of `torch.save` before PyTorch 1.6: five pickles (magic number, protocol, machine, state dict, storage
 * keys), then the storages.
 */
export async function openLegacyFile(source: RandomAccess): Promise<OpenedPickle> {
  const world = torchWorld();
  const pickles = new PickleSequence(source);
  if ((await pickles.next(world)) !== magicNumber || (await pickles.next(world)) !== protocolVersion)
    throw pytorchError("the file starts with a pickle, but not with that of torch.save.");
  const machine = await pickles.next(world);
  if (machine instanceof PickleDict && machine.get("little_endian") === false)
    throw pytorchError("the file was saved on a big-endian machine. Save it again on a little-endian one.");
  const rootStart = pickles.position;
  const root = await pickles.next(world);
  const pickleBytes = pickles.position - rootStart;
  const keys = await pickles.next(world);
  const places = new Map<string, number>();
  let position = pickles.position;
  for (const key of Array.isArray(keys) ? keys : []) {
    const storage = typeof key === "string" ? world.storages.get(key) : undefined;
    if (!storage || places.has(key as string))
      throw pytorchError("the file lists a storage that no tensor uses, or a storage twice.");
    const length = new ByteCursor(await readRange(source, position, position + 8, format)).uint64();
    if (length !== storage.length)
      throw pytorchError(`storage ${shown(key)} should have ${storage.length} elements, the file has ${length}.`);
    places.set(key as string, position + 8);
    position += 8 + length * (storage.type ? elementSize(storage.type) : 1);
  }
  if (position > source.size)
    throw pytorchError(`the storages end at byte ${position}, the file at ${source.size}. It is truncated.`);
  for (const key of world.storages.keys()) {
    if (!places.has(key)) throw pytorchError(`the file lacks storage ${shown(key)}.`);
  }
  const storages: StorageReader = {
    read: (key, start, end) => readRange(source, places.get(key)! + start, places.get(key)! + end, format),
  };
  return { root, pickleBytes, storages };
}

/** Consecutive pickles of unknown length: reads more of the file when the buffered bytes run out. */
class PickleSequence {
  position = 0;
  readonly #source: RandomAccess;
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;

  constructor(source: RandomAccess) {
    this.#source = source;
  }

  async next(world: PickleWorld): Promise<unknown> {
    for (;;) {
      const cursor = new ByteCursor(this.#bytes, this.position - this.#start);
      try {
        const value = readPickle(cursor, world);
        this.position = this.#start + cursor.position;
        return value;
      } catch (error) {
        if (!(error instanceof OutOfBytes)) throw error;
        await this.#readMore(error);
      }
    }
  }

  async #readMore(cause: OutOfBytes): Promise<void> {
    const length = Math.max(firstRead, 2 * (this.#bytes.length - (this.position - this.#start)));
    const end = Math.min(this.#source.size, this.position + length);
    if (end <= this.#start + this.#bytes.length)
      throw pytorchError(`the pickle at byte ${this.position} ends too early: ${cause.message}.`, cause);
    if (length > maxPickle) throw pytorchError(`the pickle at byte ${this.position} has no end.`);
    this.#bytes = await readRange(this.#source, this.position, end, format);
    this.#start = this.position;
  }
}
