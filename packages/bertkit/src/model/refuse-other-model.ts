import { CheckpointError, type Folder, hasFile, readText } from "@bertkit/checkpoints";
import type { BertConfig } from "@bertkit/encoder";
import { serializeVocabulary } from "@bertkit/tokenizer/files";
import type { PretrainedParts } from "./pretrained.ts";
import { readFolderConfig } from "./read-folder-config.ts";

/** What readers take a folder's weights from, by its config.json and its tokenizer. */
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
 * Throws, in the name of `where`, if a folder has one of `files`, which stay, and its config or vocabulary is another
 * model's: they would be read with those that are about to be written.
 */
export async function refuseOtherModel(
  where: string,
  folder: Folder,
  parts: PretrainedParts,
  files: readonly string[],
): Promise<void> {
  if (folder.write === undefined) return; // nothing is written there: `writeTogether` says so
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
  const { bert, labels } = (await readFolderConfig(folder)).config;
  const own = (classifier ?? tokenClassifier)?.labels;
  return (
    sizes.every((size) => bert[size] === config[size]) &&
    (labels === undefined || own === undefined || labels.join("\n") === own.join("\n")) &&
    (await readText(folder, "vocab.txt")) === serializeVocabulary(tokenizer.vocabulary)
  );
}
