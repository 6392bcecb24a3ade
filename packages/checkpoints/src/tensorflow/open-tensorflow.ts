import { checkText } from "@bertkit/checks";
import { OutOfBytes } from "../binary/byte-cursor.ts";
import { maskedCrc32c } from "../binary/crc-32.ts";
import { inFile } from "../binary/in-file.ts";
import { readRange } from "../binary/read-range.ts";
import { standInOf } from "../binary/stand-in-of.ts";
import { CheckpointError } from "../checkpoint-error.ts";
import type { Folder } from "../folders/folder.ts";
import { openFile } from "../folders/open-file.ts";
import { decodeTensor } from "../safetensors/decode-tensor.ts";
import { elementCount } from "../element-count.ts";
import { shown, shownShape } from "../shown.ts";
import { elementSize } from "../safetensors/element-type.ts";
import type { RandomAccess } from "../random-access.ts";
import type { TensorDescription, TensorSource } from "../tensor-source.ts";
import { type BundleEntry, parseBundleEntry, parseBundleHeader } from "./bundle-entry.ts";
import { openDataShards } from "./data-shards.ts";
import { objectGraphKey, variableNames } from "./object-graph.ts";
import { stringOfTensor } from "./string-tensor.ts";
import { readTable } from "./table/read-table.ts";
import { tensorflowError } from "./tensorflow-error.ts";
import { stringType, typeOfNumber } from "./tensorflow-types.ts";

const maxIndex = 1 << 26;

/**
 * Opens a TensorFlow checkpoint, `prefix.index` with its data files: reads the names now, each tensor on demand,
 * verifying its checksum. In a TensorFlow 2 checkpoint, or a SavedModel's `variables/variables`, the names are those of
 * the object graph. String tensors are ignored. Throws a CheckpointError on a damaged checkpoint.
 *
 * Opening takes time linear in the size of the index, and memory of at most about 60 times it. The index and the object
 * graph are limited to 64 MiB each.
 *
 * @param prefix TensorFlow's path of the checkpoint, such as `bert_model.ckpt`
 */
export async function openTensorflow(folder: Folder, prefix: string): Promise<TensorSource> {
  checkText("openTensorflow", "prefix", prefix, "Pass the checkpoint's path, such as bert_model.ckpt.");
  try {
    return await open(folder, prefix);
  } catch (error) {
    if (error instanceof OutOfBytes)
      throw tensorflowError(`a record of ${prefix}.index ends too early: ${error.message}.`, error);
    throw error;
  }
}

async function open(folder: Folder, prefix: string): Promise<TensorSource> {
  const { shards, entries: bundle } = await readIndex(folder, `${prefix}.index`);
  const data = await openDataShards(folder, prefix, shards, bundle);
  try {
    const graph = bundle.get(objectGraphKey);
    if (graph && graph.size > maxIndex)
      throw tensorflowError(`the object graph of ${prefix} claims ${graph.size} bytes; the maximum is ${maxIndex}.`);
    const keys = [...bundle].filter(([, { type }]) => type !== stringType).map(([key]) => key);
    const names = graph && variableNames(stringOfTensor(objectGraphKey, await data.read(graph), graph.crc), keys);
    const keyOf = new Map(keys.map((key) => [names?.get(key) ?? key, key]));
    const lost = keys.find((key) => keyOf.get(names?.get(key) ?? key) !== key);
    if (lost !== undefined)
      throw tensorflowError(
        `the object graph of ${prefix} gives the name of ${shown(lost)} to another variable too. Save the checkpoint again with other names.`,
      );
    const entries = new Map<string, TensorDescription>();
    for (const [name, key] of keyOf) entries.set(name, describe(name, bundle.get(key)!));
    return {
      metadata: {},
      entries,
      async tensor(name) {
        const description = entries.get(name);
        if (!description)
          throw new CheckpointError(
            "NAMES",
            `tensor: the checkpoint has no ${shown(name)}. It has ${entries.size} other tensors.`,
          );
        const entry = bundle.get(keyOf.get(name)!)!;
        const bytes = await data.read(entry);
        const file = data.fileOf(entry);
        if (maskedCrc32c(bytes) !== entry.crc)
          throw tensorflowError(
            `the checksum of ${shown(name)} is wrong. The data file${file.label === undefined ? "" : `, ${file.label},`} is damaged.`,
          );
        return decodeTensor(description, bytes, file);
      },
      close: () => data.close(),
    };
  } catch (error) {
    await data.close();
    throw error;
  }
}

async function readIndex(
  folder: Folder,
  fileName: string,
): Promise<{ shards: number; entries: Map<string, BundleEntry> }> {
  const file = await openFile(folder, fileName);
  if (!file)
    throw new CheckpointError("FOLDER", `openTensorflow: there is no ${fileName} in ${folder.label ?? "the folder"}.`);
  try {
    return await inFile(file.label, () => parseIndex(file, fileName));
  } finally {
    await file.close?.();
  }
}

async function parseIndex(
  file: RandomAccess,
  fileName: string,
): Promise<{ shards: number; entries: Map<string, BundleEntry> }> {
  if (file.size > maxIndex)
    throw tensorflowError(`${fileName} has ${file.size} bytes; the maximum for an index is ${maxIndex}.`);
  const decoder = new TextDecoder();
  const entries = new Map<string, BundleEntry>();
  let shards: number | undefined;
  const bytes = await readRange(file, 0, file.size, { code: "TENSORFLOW", format: "tensorflow" });
  const instead = standInOf(bytes);
  if (instead !== undefined) throw tensorflowError(`the file ${instead}.`);
  for (const [keyBytes, value] of readTable(bytes)) {
    const key = decoder.decode(keyBytes);
    if (key === "") {
      ({ shards } = parseBundleHeader(value));
      continue;
    }
    if (shards === undefined) break; // the header's key comes before all others
    const entry = parseBundleEntry(key, value);
    if (entry.partitioned || key.startsWith("\0"))
      throw tensorflowError(`${shown(key)} is a partitioned variable, which is not supported.`);
    if (entries.has(key)) throw tensorflowError(`${shown(key)} appears twice, in bytes that are not UTF-8.`);
    if (entry.type !== stringType) describe(key, entry);
    entries.set(key, entry);
  }
  if (shards === undefined) throw tensorflowError(`${fileName} has no header. It is not the index of a checkpoint.`);
  return { shards, entries };
}

/** The description of a tensor from its entry, after checking type, shape and size. */
function describe(name: string, { type: number, shape, size }: BundleEntry): TensorDescription {
  const type = typeOfNumber(number);
  if (!type) throw tensorflowError(`${shown(name)} has TensorFlow data type ${number}, which is not supported.`);
  const count = elementCount(shape);
  const bytes = count === undefined ? "too many" : count * elementSize(type);
  if (bytes !== size)
    throw tensorflowError(`${shown(name)}, ${type} of shape ${shownShape(shape)}, takes ${bytes} bytes, not ${size}.`);
  return { name, type, shape };
}
