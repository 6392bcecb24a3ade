import { type Folder, readText, type StagedFiles, writeFile } from "@bertkit/checkpoints";
import { parseSentenceModules, type SentenceModuleFiles, type SentenceModules } from "@bertkit/heads";
import type { TextInput } from "@bertkit/tokenizer";

/** sentence-transformers' files about pooling, normalization and truncation. */
const names = ["modules.json", "1_Pooling/config.json", "sentence_bert_config.json"];

/** The texts of the existing files; undefined if the folder has no modules.json. */
export async function readSentenceFiles(folder: Folder): Promise<SentenceModuleFiles | undefined> {
  const modules = await readText(folder, names[0]!);
  if (modules === undefined) return undefined;
  const others = await Promise.all(names.slice(1).map(async (name) => [name, await readText(folder, name)] as const));
  return { [names[0]!]: modules, ...Object.fromEntries(others.filter(([, content]) => content !== undefined)) };
}

/** Writes the files, and removes those of another model. */
export async function writeSentenceFiles(target: StagedFiles, files: SentenceModuleFiles = {}): Promise<void> {
  for (const name of new Set([...names, ...Object.keys(files)])) {
    const content = files[name];
    if (content === undefined) await target.remove(name);
    else await writeFile(target, name, content);
  }
}

/** The settings in the files; none without modules.json. @throws RangeError for an unsupported module or setting */
export function sentenceSettings(files: SentenceModuleFiles | undefined): Partial<SentenceModules> {
  return files === undefined ? {} : parseSentenceModules(files);
}

/** Lowercases texts and pairs, for `do_lower_case`. Other values are unchanged, because later checks report them. */
export function lowercased(inputs: readonly TextInput[]): TextInput[] {
  const lower = (text: string): string => (typeof text === "string" ? text.toLowerCase() : text);
  return inputs.map((input) => (Array.isArray(input) ? input.map(lower) : lower(input as string)) as TextInput);
}
