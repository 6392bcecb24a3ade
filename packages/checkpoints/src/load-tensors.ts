import { ownedTensor } from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs-core";
import { crc32c } from "./binary/crc-32.ts";
import { CheckpointError } from "./checkpoint-error.ts";
import { checkFolder } from "./folders/check-folder.ts";
import type { Folder } from "./folders/folder.ts";
import { openFile } from "./folders/open-file.ts";
import { jsonValue } from "./json-text.ts";
import type { RandomAccess } from "./random-access.ts";
import { checksumName } from "./save-tensors.ts";
import type { ElementType } from "./safetensors/element-type.ts";
import { openSafetensors } from "./safetensors/open-safetensors.ts";
import { shown } from "./shown.ts";
import type { TensorSource } from "./tensor-source.ts";
import { ownedAs } from "./variable-data.ts";

const dtypes: Partial<Record<ElementType, "float32" | "int32" | "bool">> = {
  F32: "float32",
  I32: "int32",
  BOOL: "bool",
};

/** The result of `loadTensors`. The caller disposes the tensors. */
export interface LoadedTensors {
  readonly tensors: Map<string, tf.Tensor>;
  readonly json: unknown;
}

/**
 * Loads a file of `saveTensors`, bit for bit, each tensor into its own memory. Throws a CheckpointError, and leaves no
 * tensors, if the file is missing, not from `saveTensors`, or damaged in any bit.
 */
export async function loadTensors(folder: Folder, name: string): Promise<LoadedTensors> {
  const { file, json } = await openVerified("loadTensors", folder, name);
  const tensors = new Map<string, tf.Tensor>();
  try {
    const entries = [...file.entries.values()].filter((entry) => entry.name !== checksumName);
    for (const { name: key, type } of entries) {
      if (!dtypes[type])
        throw new CheckpointError(
          "SAFETENSORS",
          `loadTensors: ${shown(key)} in ${name} is ${type}; supported are F32, I32 and BOOL.`,
        );
    }
    for (const { name: key, type, shape } of entries) {
      const dtype = dtypes[type]!;
      tensors.set(key, ownedTensor(ownedAs(dtype, await file.tensor(key)), [...shape], dtype));
    }
    return { tensors, json };
  } catch (error) {
    tf.dispose([...tensors.values()]);
    throw error;
  } finally {
    await file.close();
  }
}

/** Loads only the JSON value of a file of `saveTensors`, after checking the whole file. Throws as `loadTensors`. */
export async function loadTensorsJson(folder: Folder, name: string): Promise<unknown> {
  const { file, json } = await openVerified("loadTensorsJson", folder, name);
  await file.close();
  return json;
}

async function openVerified(
  where: string,
  folder: Folder,
  name: string,
): Promise<{ file: TensorSource; json: unknown }> {
  checkFolder(where, folder);
  const place = folder.label ?? "the folder";
  const source = await openFile(folder, name);
  if (!source) throw new CheckpointError("FOLDER", `${where}: there is no ${name} in ${place}.`);
  try {
    const file = await openSafetensors(source);
    const json = jsonOf(where, file.metadata, name);
    if (file.entries.get(checksumName)?.type !== "U8" || !(await endsWithItsChecksum(source)))
      throw new CheckpointError(
        "SAFETENSORS",
        `${where}: ${name} in ${place} is damaged: it does not end with its checksum.`,
      );
    return { file, json };
  } catch (error) {
    await source.close?.();
    throw error;
  }
}

const chunkBytes = 4 << 20;

/** Whether the last four bytes are the CRC-32C of all before them. */
async function endsWithItsChecksum(source: RandomAccess): Promise<boolean> {
  const end = source.size - 4;
  let crc = 0;
  for (let position = 0; position < end; position += chunkBytes)
    crc = crc32c(await source.read(position, Math.min(end, position + chunkBytes)), crc);
  const last = await source.read(end, source.size);
  return last.length === 4 && new DataView(last.buffer, last.byteOffset).getUint32(0, true) === crc;
}

function jsonOf(where: string, metadata: TensorSource["metadata"], name: string): unknown {
  try {
    return jsonValue(metadata);
  } catch (cause) {
    throw new CheckpointError(
      "SAFETENSORS",
      `${where}: ${name} has no JSON in its metadata. It was not written by saveTensors.`,
      { cause },
    );
  }
}
