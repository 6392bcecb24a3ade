import * as tf from "@tensorflow/tfjs-core";
import { CheckpointError } from "./checkpoint-error.ts";
import type { Folder } from "./folders/folder.ts";
import { readFile } from "./folders/read-file.ts";
import type { ElementType } from "./safetensors/element-type.ts";
import { readSafetensors } from "./safetensors/read-safetensors.ts";
import { ownedAs } from "./variable-data.ts";

const dtypes: Partial<Record<ElementType, "float32" | "int32" | "bool">> = {
  F32: "float32",
  I32: "int32",
  BOOL: "bool",
};

/** What `saveTensors` saved. The caller disposes the tensors. */
export interface LoadedTensors {
  readonly tensors: Map<string, tf.Tensor>;
  readonly json: unknown;
}

/** Loads what `saveTensors` saved, to the bit. Throws a CheckpointError where the file is missing, damaged or not of its making. */
export async function loadTensors(folder: Folder, name: string): Promise<LoadedTensors> {
  const { tensors: stored, metadata } = readSafetensors(await readFile(folder, name));
  const json = parseJson(metadata["json"], name);
  for (const { name: key, type } of stored.values()) {
    if (!dtypes[type])
      throw new CheckpointError(
        "SAFETENSORS",
        `loadTensors: "${key}" in ${name} is ${type}; this reads F32, I32 and BOOL.`,
      );
  }
  const tensors = new Map<string, tf.Tensor>();
  for (const [key, tensor] of stored) {
    const dtype = dtypes[tensor.type]!;
    tensors.set(key, tf.tensor(ownedAs(dtype, tensor), [...tensor.shape], dtype));
  }
  return { tensors, json };
}

function parseJson(text: string | undefined, name: string): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch (cause) {
    throw new CheckpointError(
      "SAFETENSORS",
      `loadTensors: ${name} holds no JSON in its metadata. It was not written by saveTensors.`,
      { cause },
    );
  }
}
