import {
  checkFileName,
  CheckpointError,
  type Folder,
  readText,
  type StagedFiles,
  writeFile,
} from "@bertkit/checkpoints";
import { parseSentenceModules, type SentenceModuleFiles, type SentenceModules } from "@bertkit/heads";
import type { TextInput } from "@bertkit/tokenizer";
import { isObject } from "../config/json-fields.ts";

const modulesFile = "modules.json";
const poolingFile = "1_Pooling/config.json";
const transformerFile = "sentence_bert_config.json";

const maximumLength = 1 << 20;
const maximumModules = 64;

/**
 * The texts of sentence-transformers' files about pooling, normalization and truncation: modules.json, and those of its
 * modules that exist; undefined if the folder has no modules.json.
 *
 * @throws CheckpointError for a modules.json that is too large, or with a path that may be outside the folder
 */
export async function readSentenceFiles(folder: Folder): Promise<SentenceModuleFiles | undefined> {
  const modules = await readText(folder, modulesFile);
  if (modules === undefined) return undefined;
  const names = moduleFileNames(modules, (what) => {
    throw new CheckpointError("FOLDER", `modules.json in ${folder.label ?? "the folder"}: ${what}`);
  });
  const others = await Promise.all(names.map(async (name) => [name, await readText(folder, name)] as const));
  return { [modulesFile]: modules, ...Object.fromEntries(others.filter(([, content]) => content !== undefined)) };
}

/** Writes the files, and removes those of another model. */
export async function writeSentenceFiles(target: StagedFiles, files: SentenceModuleFiles = {}): Promise<void> {
  const older = await readText(target, modulesFile).catch(() => undefined); // a damaged file names none
  const names = [modulesFile, poolingFile, transformerFile, ...moduleFileNames(older ?? "[]", () => {})];
  for (const name of new Set([...names, ...Object.keys(files)])) {
    const content = files[name];
    if (content === undefined) await target.remove(name);
    else await writeFile(target, name, content);
  }
}

/**
 * The files of the modules that a modules.json lists, for `parseSentenceModules`, which reports the errors of its
 * format.
 *
 * @param report called for a file that is too large, which has no names then, and for each path that may be outside the
 *   folder, which is left out
 */
function moduleFileNames(modules: string, report: (what: string) => void): string[] {
  if (modules.length > maximumLength) {
    report(`it has ${modules.length} characters; the maximum is ${maximumLength}. Is it the right file?`);
    return [];
  }
  const listed = listOf(modules);
  if (listed.length > maximumModules) {
    report(`it lists ${listed.length} modules; the maximum is ${maximumModules}. Is it the right file?`);
    return [];
  }
  const names: string[] = listed.length === 0 ? [poolingFile] : [];
  let settings = transformerFile;
  for (const module of listed) {
    const type = String(module["type"]).split(".").at(-1);
    const path = String(module["path"] ?? "");
    if (type !== "Transformer" && type !== "Pooling") continue;
    if (path === "") {
      // The folder's own config.json is the encoder's.
      if (type === "Transformer") settings = transformerFile;
    } else if (!staysInside(path))
      report(
        `the path ${JSON.stringify(path.slice(0, 60))} may be outside the folder. Use a relative path such as "1_Pooling".`,
      );
    else if (type === "Transformer") settings = `${path}/${transformerFile}`;
    else names.push(`${path}/config.json`);
  }
  return [...new Set([...names, settings])];
}

/** The modules; none if the text is not a list of objects. */
function listOf(text: string): Record<string, unknown>[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  return Array.isArray(value) && value.every((item) => isObject(item)) ? value : [];
}

function staysInside(path: string): boolean {
  try {
    checkFileName(path);
    return true;
  } catch {
    return false;
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
