import { checkList, checkObject } from "@bertkit/checks";
import { CheckpointError } from "./checkpoint-error.ts";
import { shown } from "./shown.ts";
import type { ElementType } from "./safetensors/element-type.ts";
import { storedAs, type StoredTensor, type TensorToStore } from "./safetensors/stored-tensor.ts";

/** The description of a tensor, known before its data are read. */
export interface TensorDescription {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
}

/** Named tensors, read one at a time from a file, several shards, or memory. */
export interface TensorSource {
  readonly metadata: Readonly<Record<string, string>>;
  readonly entries: ReadonlyMap<string, TensorDescription>;
  /** Reads one tensor. Reads may run concurrently. Throws a CheckpointError if `entries` does not have the name. */
  tensor(name: string): Promise<StoredTensor>;
  close(): Promise<void>;
}

/** A source of tensors in memory, such as those of `readSafetensors`. Readers do not own their data. */
export function memorySource(tensors: Iterable<StoredTensor>): TensorSource {
  checkList("memorySource", "tensors", tensors, "tensors");
  const listed = [...tensors];
  listed.forEach((tensor, i) => checkObject("memorySource", `tensors[${i}]`, tensor, "a stored tensor", "name"));
  const entries = new Map(listed.map((tensor) => [tensor.name, tensor]));
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

/** A source of tensors to write. `where` is the prefix of the error about a duplicate name. */
export function sourceToStore(where: string, tensors: Iterable<TensorToStore>): TensorSource {
  checkList(where, "tensors", tensors, "tensors");
  const names = new Set<string>();
  const stored = Array.from(tensors, (tensor, i) => {
    checkObject(where, `tensors[${i}]`, tensor, "{ name, shape, data }", "name", "shape", "data");
    return storedAs(where, tensor);
  });
  for (const { name } of stored) {
    if (names.has(name)) throw new CheckpointError("NAMES", `${where}: ${shown(name)} is given twice.`);
    names.add(name);
  }
  return memorySource(stored);
}

/** Whether this is a source, not an iterable of tensors. */
export function isTensorSource(tensors: Iterable<TensorToStore> | TensorSource): tensors is TensorSource {
  return typeof tensors === "object" && tensors !== null && "entries" in tensors && "tensor" in tensors;
}
