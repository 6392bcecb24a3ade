import { inFile } from "../binary/in-file.ts";
import { readRange } from "../binary/read-range.ts";
import { startStandIn } from "../binary/stand-in-of.ts";
import { CheckpointError } from "../checkpoint-error.ts";
import { shown } from "../shown.ts";
import type { Folder } from "../folders/folder.ts";
import { openFile } from "../folders/open-file.ts";
import { readJson } from "../folders/read-file.ts";
import type { RandomAccess } from "../random-access.ts";
import { decodeTensor } from "../safetensors/decode-tensor.ts";
import type { ElementArray, ElementType } from "../safetensors/element-type.ts";
import type { StoredTensor } from "../safetensors/stored-tensor.ts";
import type { TensorSource } from "../tensor-source.ts";
import { joinedFiles } from "./joined-files.ts";
import { type ManifestEntry, type ManifestGroup, parseManifest } from "./manifest.ts";
import { tfjsError } from "./tfjs-error.ts";

/**
 * Opens the weights of a TensorFlow.js model, `model.json` and the files of its weightsManifest. Each tensor is read on
 * demand, and dequantized. Undefined if the file does not exist. Throws a CheckpointError on a damaged one.
 */
export async function openTfjs(folder: Folder, name = "model.json"): Promise<TensorSource | undefined> {
  const json = await readJson(folder, name);
  if (!json) return undefined;
  const groups = await inFile(`${name} in ${folder.label ?? "the folder"}`, () => parseManifest(json));
  const files: RandomAccess[] = [];
  const places = new Map<string, { entry: ManifestEntry; file: RandomAccess }>();
  try {
    for (const group of groups) {
      const file = await openGroup(folder, group, files);
      for (const entry of group.entries) places.set(entry.name, { entry, file });
    }
  } catch (error) {
    for (const file of files) await file.close?.();
    throw error;
  }
  return {
    metadata: {},
    entries: new Map(
      Array.from(places, ([key, { entry }]) => [key, { name: key, type: entry.type, shape: entry.shape }]),
    ),
    async tensor(key) {
      const place = places.get(key);
      if (!place)
        throw new CheckpointError(
          "NAMES",
          `tensor: the manifest has no ${shown(key)}. It has ${places.size} other tensors.`,
        );
      const { entry, file } = place;
      const bytes = await readRange(file, entry.start, entry.end, { code: "TFJS", format: "tfjs" });
      return unpack(entry, bytes, file);
    },
    async close() {
      for (const file of files) await file.close?.();
    },
  };
}

async function openGroup(
  folder: Folder,
  { paths, size }: ManifestGroup,
  opened: RandomAccess[],
): Promise<RandomAccess> {
  const files: RandomAccess[] = [];
  for (const path of paths) {
    const file = await openFile(folder, path);
    if (!file) throw tfjsError(`the manifest names ${path}, which does not exist in ${folder.label ?? "the folder"}.`);
    files.push(file);
    opened.push(file);
  }
  const joined = joinedFiles(files);
  if (joined.size !== size) {
    for (const [i, file] of files.entries()) {
      const instead = await startStandIn(file);
      if (instead !== undefined) throw tfjsError(`${paths[i]} in ${folder.label ?? "the folder"} ${instead}.`);
    }
    throw tfjsError(
      `${paths.join(", ")} should have ${size} bytes in total, got ${joined.size}. A file may be truncated.`,
    );
  }
  return joined;
}

function unpack(entry: ManifestEntry, bytes: Uint8Array, file: RandomAccess): StoredTensor {
  const { name, type, shape, quantization } = entry;
  if (!quantization) return decodeTensor(entry, bytes, file);
  const stored = decodeTensor({ name, type: quantization.stored, shape }, bytes, file);
  if (quantization.stored === "F16") return { ...stored, type };
  return { name, type, shape, data: scaled(stored.data as Uint8Array, type, quantization), owned: true };
}

function scaled(
  packed: Uint8Array | Uint16Array,
  type: ElementType,
  { scale, min }: { readonly scale: number; readonly min: number },
): ElementArray {
  return type === "I32"
    ? Int32Array.from(packed, (value) => Math.round(value * scale + min))
    : Float32Array.from(packed, (value) => value * scale + min);
}
