import type * as tf from "@tensorflow/tfjs-core";
import { CheckpointError } from "./checkpoint-error.ts";
import type { Folder } from "./folders/folder.ts";
import { writeFile } from "./folders/write-file.ts";
import { safetensorsPieces } from "./safetensors/safetensors-pieces.ts";
import type { StoredTensor } from "./safetensors/stored-tensor.ts";
import type { TensorDescription } from "./tensor-source.ts";
import { elementTypeOf, type VariableData } from "./variable-data.ts";

/** Tensors by name and what goes with them: the state of a training run, for example. */
export interface SavedTensors {
  readonly tensors: ReadonlyMap<string, tf.Tensor>;
  /** Anything that JSON can hold: step, rng state, settings. */
  readonly json?: unknown;
}

/**
 * Saves tensors (float32, int32, bool) and a JSON value in one safetensors file, replaced whole:
 * whoever stops halfway still has the file before. One tensor at a time is read; leave them as they are until it is done.
 */
export async function saveTensors(folder: Folder, name: string, { tensors, json = null }: SavedTensors): Promise<void> {
  const descriptions = Array.from(tensors, ([key, { dtype, shape }]): TensorDescription => {
    const type = elementTypeOf(dtype);
    if (!type)
      throw new CheckpointError(
        "SAFETENSORS",
        `saveTensors: "${key}" is ${dtype}; this saves float32, int32 and bool.`,
      );
    return { name: key, type, shape };
  });
  const byName = new Map(descriptions.map((description) => [description.name, description]));
  const source = {
    tensor: async (key: string): Promise<StoredTensor> => ({
      ...byName.get(key)!,
      data: (await tensors.get(key)!.data()) as VariableData,
    }),
  };
  const metadata = { format: "pt", json: JSON.stringify(json) };
  await writeFile(folder, name, safetensorsPieces(source, descriptions, metadata));
}
