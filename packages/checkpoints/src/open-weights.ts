import { checkFolder } from "./folders/check-folder.ts";
import { CheckpointError } from "./checkpoint-error.ts";
import { codeOf } from "./folders/file-error.ts";
import type { Folder } from "./folders/folder.ts";
import { hasFile } from "./folders/open-file.ts";
import { readText } from "./folders/read-file.ts";
import { openShards, openWhole } from "./open-shards.ts";
import { openPytorch } from "./pytorch/open-pytorch.ts";
import { openSafetensors } from "./safetensors/open-safetensors.ts";
import { checkpointPrefix } from "./tensorflow/checkpoint-prefix.ts";
import { openTensorflow } from "./tensorflow/open-tensorflow.ts";
import type { TensorSource } from "./tensor-source.ts";
import { openTfjs } from "./tfjs/open-tfjs.ts";

/** The possible weight files of a folder, in the order in which they are tried. */
const forms: readonly {
  readonly files: string;
  readonly open: (folder: Folder) => Promise<TensorSource | undefined>;
}[] = [
  { files: "model.safetensors", open: (folder) => openWhole(folder, "model.safetensors", openSafetensors) },
  {
    files: "model.safetensors.index.json",
    open: (folder) => openShards(folder, "model.safetensors.index.json", openSafetensors),
  },
  { files: "pytorch_model.bin", open: (folder) => openWhole(folder, "pytorch_model.bin", openPytorch) },
  {
    files: "pytorch_model.bin.index.json",
    open: (folder) => openShards(folder, "pytorch_model.bin.index.json", openPytorch),
  },
  { files: "bert_model.ckpt.index or checkpoint", open: openNamedCheckpoint },
  { files: "variables/variables.index", open: (folder) => openCheckpoint(folder, "variables/variables") },
  { files: "model.json", open: (folder) => openTfjs(folder, "model.json") },
];

/**
 * Opens the weights of a folder in the first of these formats that it has: safetensors or PyTorch, whole or in shards,
 * a TensorFlow checkpoint or SavedModel, or a TensorFlow.js manifest. Throws a CheckpointError if there are none, if a
 * file is damaged, or if an index does not match its files.
 */
export async function openWeights(folder: Folder): Promise<TensorSource> {
  checkFolder("openWeights", folder);
  for (const { open } of forms) {
    const source = await open(folder);
    if (source) return source;
  }
  throw new CheckpointError(
    "FOLDER",
    `openWeights: ${folder.label ?? "the folder"} has no weights. Looked for ${forms.map(({ files }) => files).join(", ")}.`,
  );
}

/** The checkpoint of Google's zip files, or the latest checkpoint of a training run. */
async function openNamedCheckpoint(folder: Folder): Promise<TensorSource | undefined> {
  const latest = await readText(folder, "checkpoint").catch((error: unknown) => {
    if (codeOf((error as Error).cause) === "EISDIR") return undefined; // a directory, which is no file of TensorFlow's
    throw error;
  });
  const named = latest === undefined ? undefined : checkpointPrefix(latest);
  if (named === undefined) return openCheckpoint(folder, "bert_model.ckpt");
  // The folder may have been moved: then the name still contains its old parent.
  const moved = named.slice(named.lastIndexOf("/") + 1);
  const source = (await openCheckpoint(folder, named)) ?? (await openCheckpoint(folder, moved));
  if (source) return source;
  throw new CheckpointError(
    "FOLDER",
    `openWeights: checkpoint names ${JSON.stringify(named.slice(0, 200))}, whose index does not exist in ${folder.label ?? "the folder"}. Restore it, or delete the file checkpoint.`,
  );
}

async function openCheckpoint(folder: Folder, prefix: string): Promise<TensorSource | undefined> {
  return (await hasFile(folder, `${prefix}.index`)) ? openTensorflow(folder, prefix) : undefined;
}
