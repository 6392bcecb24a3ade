import { checkList, checkObject, checkOptions, wholeNumber } from "@bertkit/checks";
import { checkDescription } from "../check-description.ts";
import type { Folder } from "../folders/folder.ts";
import { writeFile } from "../folders/write-file.ts";
import { writeTogether } from "../folders/write-together.ts";
import { type ElementType, encodeElements } from "../safetensors/element-type.ts";
import { storedAs, type TensorToStore } from "../safetensors/stored-tensor.ts";
import { tfjsError } from "./tfjs-error.ts";

export interface WriteTfjsOptions {
  /**
   * Maximum bytes of a weight file. Default 4 MiB, as in TensorFlow.js's converter: browsers do not cache larger ones.
   */
  readonly shardBytes?: number;
}

const dtypes: Partial<Record<ElementType, object>> = {
  F32: { dtype: "float32" },
  F16: { dtype: "float32", quantization: { dtype: "float16", original_dtype: "float32" } },
  I32: { dtype: "int32" },
  BOOL: { dtype: "bool" },
};

/**
 * Writes weights for TensorFlow.js: `group1-shard1of2.bin`, … and `model.json` with a weightsManifest for
 * `tf.io.loadWeights`. All files are replaced together (`writeTogether`). Supports float32, int32 and bool, and half
 * floats (`type: "F16"`) as TensorFlow.js's float16 quantization. Throws a CheckpointError on any other type, before
 * anything is written.
 */
export async function writeTfjs(
  folder: Folder,
  tensors: Iterable<TensorToStore>,
  options: WriteTfjsOptions = {},
): Promise<void> {
  checkOptions("writeTfjs", options, { shardBytes: wholeNumber(1) });
  checkList("writeTfjs", "tensors", tensors, "tensors");
  const { shardBytes = 4 << 20 } = options;
  const parts: Uint8Array[] = [];
  const weights: object[] = [];
  const names = new Set<string>();
  for (const tensor of tensors) {
    checkObject("writeTfjs", "a tensor", tensor, "{ name, shape, data }", "name", "shape", "data");
    const stored = storedAs("writeTfjs", tensor);
    checkDescription("writeTfjs", "TFJS", stored);
    const { name, shape, data, type } = stored;
    const elements = shape.reduce((product, length) => product * length, 1);
    const bytes = dtypes[type] && elements === data.length ? encodeElements(type, data) : undefined;
    if (!bytes || names.has(name))
      throw tfjsError(
        `cannot write "${name}", ${data.length} elements of ${type} in shape [${shape.join(", ")}]: names must be unique, types F32, F16, I32 or BOOL.`,
      );
    names.add(name);
    parts.push(bytes);
    weights.push({ name, shape, ...dtypes[type] });
  }
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  const count = Math.max(1, Math.ceil(size / shardBytes));
  const paths = Array.from({ length: count }, (_, i) => `group1-shard${i + 1}of${count}.bin`);
  const json = { format: "bertkit", generatedBy: "bertkit", convertedBy: null, weightsManifest: [{ paths, weights }] };
  await writeTogether(folder, "model.json", async (staged) => {
    for (const [i, path] of paths.entries())
      await writeFile(staged, path, cut(parts, i * shardBytes, Math.min((i + 1) * shardBytes, size)));
    await writeFile(staged, "model.json", JSON.stringify(json));
  });
}

/** Bytes [start, end) of the concatenated parts. */
function cut(parts: readonly Uint8Array[], start: number, end: number): Uint8Array {
  const shard = new Uint8Array(end - start);
  let begin = 0;
  for (const part of parts) {
    const [from, to] = [Math.max(start - begin, 0), Math.min(end - begin, part.length)];
    if (from < to) shard.set(part.subarray(from, to), begin + from - start);
    begin += part.length;
  }
  return shard;
}
