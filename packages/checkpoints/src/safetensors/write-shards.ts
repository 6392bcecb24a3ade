import { checkOptions, object, wholeNumber } from "@bertkit/checks";
import { checkDescription } from "../check-description.ts";
import type { Folder } from "../folders/folder.ts";
import { readJson } from "../folders/read-file.ts";
import { writeFile } from "../folders/write-file.ts";
import { writeTogether } from "../folders/write-together.ts";
import { isTensorSource, sourceToStore, type TensorDescription, type TensorSource } from "../tensor-source.ts";
import { elementSize } from "./element-type.ts";
import { safetensorsPieces } from "./safetensors-pieces.ts";
import type { TensorToStore } from "./stored-tensor.ts";
import { defaultMetadata } from "./write-safetensors.ts";

export interface WriteShardsOptions {
  /**
   * Maximum bytes of tensors in one file; a larger tensor has its own file. Default 5 GB, as in Hugging Face's
   * libraries.
   */
  readonly maxShardBytes?: number;
  /** Further entries of each file's `__metadata__`, besides `format`. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Writes `model.safetensors`, or, if the tensors take more than `maxShardBytes`, `model-00001-of-0000N.safetensors`, …
 * and `model.safetensors.index.json`, as Hugging Face's `save_pretrained` does. A source, such as a model
 * (`variableSource`) or another file to convert (`openWeights`), is written with one tensor in memory at a time. The
 * files of an earlier save in the other format are removed. All files are replaced together (`writeTogether`).
 */
export async function writeShardedSafetensors(
  folder: Folder,
  tensors: Iterable<TensorToStore> | TensorSource,
  options: WriteShardsOptions = {},
): Promise<void> {
  checkOptions("writeShardedSafetensors", options, {
    maxShardBytes: wholeNumber(1),
    metadata: object("an object of texts by name"),
  });
  const { maxShardBytes = 5e9, metadata = {} } = options;
  const source = isTensorSource(tensors) ? tensors : sourceToStore("writeShardedSafetensors", tensors);
  const { shards, totalSize } = distribute(source.entries.values(), maxShardBytes);
  const pieces = shards.map((shard) => safetensorsPieces(source, shard, { ...metadata, ...defaultMetadata }));
  const whole = shards.length === 1;
  await writeTogether(folder, whole ? wholeFile : indexFile, async (staged) => {
    const files = whole ? [wholeFile] : shards.map((_, i) => shardName(i + 1, shards.length));
    // Also files that do not exist yet: another save to the folder may write them meanwhile.
    for (const older of [wholeFile, indexFile, ...(await shardsOf(folder))])
      if (!files.includes(older) && (whole || older !== indexFile)) await staged.remove(older);
    for (const [i, file] of files.entries()) await writeFile(staged, file, pieces[i]!);
    if (whole) return;
    const names = shards.flatMap((shard, i) => shard.map(({ name }) => [name, files[i]!]));
    const index = { metadata: { total_size: totalSize }, weight_map: Object.fromEntries(names) as object };
    await writeFile(staged, indexFile, `${JSON.stringify(index, undefined, 2)}\n`);
  });
}

const [wholeFile, indexFile] = ["model.safetensors", "model.safetensors.index.json"];

function shardName(number: number, count: number): string {
  const [of, all] = [number, count].map((value) => String(value).padStart(5, "0"));
  return `model-${of}-of-${all}.safetensors`;
}

/** The shards of an earlier save, according to its index. */
async function shardsOf(folder: Folder): Promise<string[]> {
  const index = await readJson(folder, indexFile).catch(() => undefined); // a damaged index names none
  const files = new Set(Object.values((index?.["weight_map"] ?? {}) as object));
  return [...files].filter((file): file is string => /^model-\d{5}-of-\d{5}\.safetensors$/.test(String(file)));
}

/** Distributes tensors to shards, in their order. */
function distribute(
  tensors: Iterable<TensorDescription>,
  maxShardBytes: number,
): { shards: TensorDescription[][]; totalSize: number } {
  const shards: TensorDescription[][] = [[]];
  let [filled, totalSize] = [0, 0];
  for (const tensor of tensors) {
    checkDescription("writeShardedSafetensors", "SAFETENSORS", tensor);
    const size = tensor.shape.reduce((product, length) => product * length, elementSize(tensor.type));
    if (filled > 0 && filled + size > maxShardBytes) {
      shards.push([]);
      filled = 0;
    }
    shards.at(-1)!.push(tensor);
    filled += size;
    totalSize += size;
  }
  return { shards, totalSize };
}
