import { CheckpointError, type Folder, hasFile, readText } from "@bertkit/checkpoints";
import type { BertConfig } from "@bertkit/encoder";
import { serializeVocabulary } from "@bertkit/tokenizer/files";
import type { PretrainedParts } from "./pretrained.ts";
import { readFolderConfig } from "./read-folder-config.ts";
import { readTokenizer } from "./read-tokenizer.ts";

/** The weight files that readers combine with a folder's config.json and tokenizer. */
export const weightFiles: readonly string[] = [
  "model.safetensors",
  "model.safetensors.index.json",
  "pytorch_model.bin",
  "pytorch_model.bin.index.json",
];

const sizes = [
  "vocabularySize",
  "hiddenSize",
  "hiddenLayers",
  "attentionHeads",
  "intermediateSize",
  "maxPositionEmbeddings",
  "typeVocabularySize",
] as const satisfies readonly (keyof BertConfig)[];

/**
 * Throws, prefixed by `where`, if a folder keeps one of `files` and its config or vocabulary is of another model:
 * readers would combine the kept files with the new ones.
 */
export async function rejectOtherModel(
  where: string,
  folder: Folder,
  parts: PretrainedParts,
  files: readonly string[],
): Promise<void> {
  if (folder.write === undefined) return; // read-only: `writeTogether` reports it
  for (const file of files) {
    if (!(await hasFile(folder, file)) || (await isOf(folder, parts).catch(() => false))) continue;
    throw new CheckpointError(
      "FOLDER",
      `${where}: ${folder.label ?? "the folder"} has the ${file} of another model, which would be read with this one's files. Choose another folder, or remove it.`,
    );
  }
}

async function isOf(
  folder: Folder,
  { config, tokenizer, classifier, tokenClassifier }: PretrainedParts,
): Promise<boolean> {
  const { config: found, weights } = await readFolderConfig(folder);
  await weights?.close();
  const { bert, labels } = found;
  const own = (classifier ?? tokenClassifier)?.labels;
  return (
    sizes.every((size) => bert[size] === config[size]) &&
    (labels === undefined || own === undefined || labels.join("\n") === own.join("\n")) &&
    (await vocabularyIn(folder)) === serializeVocabulary(tokenizer.vocabulary)
  );
}

/** As vocab.txt, which transformers 5 does not write. */
async function vocabularyIn(folder: Folder): Promise<string> {
  return (await readText(folder, "vocab.txt")) ?? serializeVocabulary((await readTokenizer(folder)).vocabulary);
}
