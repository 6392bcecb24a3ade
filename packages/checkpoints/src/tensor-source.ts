import { CheckpointError } from "./checkpoint-error.ts";
import { shown } from "./shown.ts";
import type { ElementType } from "./safetensors/element-type.ts";
import { storedAs, type StoredTensor, type TensorToStore } from "./safetensors/stored-tensor.ts";

/** What is known of a tensor before its data is read. */
export interface TensorDescription {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
}

/** Named tensors to be read one at a time: one file, several shards, or memory. */
export interface TensorSource {
  readonly metadata: Readonly<Record<string, string>>;
  readonly entries: ReadonlyMap<string, TensorDescription>;
  /** Reads one tensor; several reads may be under way at once. Throws a CheckpointError for a name that `entries` lacks. */
  tensor(name: string): Promise<StoredTensor>;
  close(): Promise<void>;
}

/** A source over tensors in memory, such as those of `readSafetensors`, which may be read again and are nobody's own. */
export function memorySource(tensors: Iterable<StoredTensor>): TensorSource {
  const entries = new Map([...tensors].map((tensor) => [tensor.name, tensor]));
  return {
    metadata: {},
    entries,
    async tensor(name) {
      const tensor = entries.get(name);
      if (!tensor)
        throw new CheckpointError("NAMES", `tensor: there is no ${shown(name)} among ${entries.size} tensors.`);
      return { ...tensor, owned: false };
    },
    async close() {},
  };
}

/** A source over tensors to be written. `where` is for the error about a name that is given twice. */
export function sourceToStore(where: string, tensors: Iterable<TensorToStore>): TensorSource {
  const names = new Set<string>();
  const stored = Array.from(tensors, storedAs);
  for (const { name } of stored) {
    if (names.has(name)) throw new CheckpointError("NAMES", `${where}: ${shown(name)} is given twice.`);
    names.add(name);
  }
  return memorySource(stored);
}

/** Whether tensors come as a source, not one after another. */
export function isTensorSource(tensors: Iterable<TensorToStore> | TensorSource): tensors is TensorSource {
  return !(Symbol.iterator in tensors);
}
