import type * as tf from "@tensorflow/tfjs-core";
import type { Folder } from "./folders/folder.ts";
import { writeFile } from "./folders/write-file.ts";
import type { TensorToStore } from "./safetensors/stored-tensor.ts";
import { writeSafetensors } from "./safetensors/write-safetensors.ts";
import type { VariableData } from "./variable-data.ts";

/** Tensors by name and what goes with them: the state of a training run, for example. */
export interface SavedTensors {
  readonly tensors: ReadonlyMap<string, tf.Tensor>;
  /** Anything that JSON can hold: step, rng state, settings. */
  readonly json?: unknown;
}

/**
 * Saves tensors (float32, int32, bool) and a JSON value in one safetensors file, replaced whole:
 * whoever stops halfway still has the file before.
 */
export async function saveTensors(folder: Folder, name: string, { tensors, json = null }: SavedTensors): Promise<void> {
  const stored = await Promise.all(
    Array.from(tensors, async ([key, tensor]): Promise<TensorToStore> => {
      const data = (await tensor.data()) as VariableData;
      return { name: key, shape: tensor.shape, data, ...(tensor.dtype === "bool" && { type: "BOOL" }) };
    }),
  );
  await writeFile(folder, name, writeSafetensors(stored, { metadata: { format: "pt", json: JSON.stringify(json) } }));
}
