import * as tf from "@tensorflow/tfjs-core";
import { CheckpointError } from "./checkpoint-error.ts";
import type { Folder } from "./folders/folder.ts";
import { parseJson } from "./folders/parse-json.ts";
import { openWhole } from "./open-shards.ts";
import type { ElementType } from "./safetensors/element-type.ts";
import { openSafetensors } from "./safetensors/open-safetensors.ts";
import { shown } from "./shown.ts";
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

/**
 * Loads what `saveTensors` saved, to the bit, each tensor into memory of its own. Throws a CheckpointError where the file
 * is missing, damaged or not of its making; no tensor stays then.
 */
export async function loadTensors(folder: Folder, name: string): Promise<LoadedTensors> {
  const file = await openWhole(folder, name, openSafetensors);
  if (!file)
    throw new CheckpointError("FOLDER", `loadTensors: there is no ${name} in ${folder.label ?? "the folder"}.`);
  const tensors = new Map<string, tf.Tensor>();
  try {
    const json = jsonOf(file.metadata["json"], name);
    for (const { name: key, type } of file.entries.values()) {
      if (!dtypes[type])
        throw new CheckpointError(
          "SAFETENSORS",
          `loadTensors: ${shown(key)} in ${name} is ${type}; this reads F32, I32 and BOOL.`,
        );
    }
    for (const [key, { type, shape }] of file.entries) {
      const dtype = dtypes[type]!;
      tensors.set(key, tf.tensor(ownedAs(dtype, await file.tensor(key)), [...shape], dtype));
    }
    return { tensors, json };
  } catch (error) {
    tf.dispose([...tensors.values()]);
    throw error;
  } finally {
    await file.close();
  }
}

function jsonOf(text: string | undefined, name: string): unknown {
  try {
    return parseJson(text ?? "");
  } catch (cause) {
    throw new CheckpointError(
      "SAFETENSORS",
      `loadTensors: ${name} holds no JSON in its metadata. It was not written by saveTensors.`,
      { cause },
    );
  }
}
