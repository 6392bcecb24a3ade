import { CheckpointError } from "./checkpoint-error.ts";
import type { TensorDescription, TensorSource } from "./tensor-source.ts";

/**
 * One source over several files. `places` says which file each tensor is in; tensors that it does not
 * mention are left out. Throws a CheckpointError where a file lacks a tensor that it should hold.
 */
export function mergeSources(
  files: ReadonlyMap<string, TensorSource>,
  places: ReadonlyMap<string, string>,
): TensorSource {
  const entries = new Map<string, TensorDescription>();
  for (const [name, file] of places) {
    const entry = files.get(file)?.entries.get(name);
    if (!entry)
      throw new CheckpointError(
        "FOLDER",
        `mergeSources: the index puts "${name}" in ${file}, which holds no such tensor.`,
      );
    entries.set(name, entry);
  }
  return {
    metadata: Object.assign({}, ...Array.from(files.values(), ({ metadata }) => metadata)) as Record<string, string>,
    entries,
    async tensor(name) {
      const file = places.get(name);
      if (file === undefined) throw new CheckpointError("NAMES", `tensor: no file holds "${name}".`);
      return files.get(file)!.tensor(name);
    },
    async close() {
      for (const file of files.values()) await file.close();
    },
  };
}
