import { CheckpointError } from "./checkpoint-error.ts";
import { shown } from "./shown.ts";
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
  const metadata = Object.create(null) as Record<string, string>; // where "__proto__" is a key like any other
  for (const file of files.values()) Object.assign(metadata, file.metadata);
  for (const [name, file] of places) {
    const entry = files.get(file)?.entries.get(name);
    if (!entry)
      throw new CheckpointError(
        "FOLDER",
        `mergeSources: the index puts ${shown(name)} in ${file}, which holds no such tensor.`,
      );
    entries.set(name, entry);
  }
  return {
    metadata,
    entries,
    async tensor(name) {
      const file = places.get(name);
      if (file === undefined) throw new CheckpointError("NAMES", `tensor: no file holds ${shown(name)}.`);
      return files.get(file)!.tensor(name);
    },
    async close() {
      for (const file of files.values()) await file.close();
    },
  };
}
