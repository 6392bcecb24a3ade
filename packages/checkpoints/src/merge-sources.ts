import { CheckpointError } from "./checkpoint-error.ts";
import { shown } from "./shown.ts";
import type { TensorDescription, TensorSource } from "./tensor-source.ts";

/**
 * Merges several files into one source. `places` maps each tensor to its file; other tensors are ignored. Throws a
 * CheckpointError if a file lacks one of its tensors.
 */
export function mergeSources(
  files: ReadonlyMap<string, TensorSource>,
  places: ReadonlyMap<string, string>,
): TensorSource {
  const entries = new Map<string, TensorDescription>();
  const metadata = Object.create(null) as Record<string, string>; // "__proto__" is a key like any other
  for (const file of files.values()) Object.assign(metadata, file.metadata);
  for (const [name, file] of places) {
    const entry = files.get(file)?.entries.get(name);
    if (!entry)
      throw new CheckpointError(
        "FOLDER",
        `mergeSources: the index places ${shown(name)} in ${file}, which does not have it.`,
      );
    entries.set(name, entry);
  }
  return {
    metadata,
    entries,
    async tensor(name) {
      const file = places.get(name);
      if (file === undefined) throw new CheckpointError("NAMES", `tensor: no file has ${shown(name)}.`);
      return files.get(file)!.tensor(name);
    },
    async close() {
      for (const file of files.values()) await file.close();
    },
  };
}
