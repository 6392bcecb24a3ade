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
const promptsFile = "config_sentence_transformers.json";

const maximumLength = 1 << 20;
const maximumModules = 64;

/**
 * The texts of sentence-transformers' files about pooling, normalization, truncation and prompts: modules.json, and those
 * of the others that exist; undefined if the folder has no modules.json. A transformer without `max_seq_length` gets that
 * of `longest`, as in sentence-transformers.
 *
 * @param longest the maximum length of the folder's tokenizer, if it is below the encoder's
 * @throws CheckpointError for a modules.json that is too large, or with a path that may be outside the folder
 */
export async function readSentenceFiles(
  folder: Folder,
  longest: number | undefined,
): Promise<SentenceModuleFiles | undefined> {
  const modules = await readText(folder, modulesFile);
  if (modules === undefined) return undefined;
  const names = moduleFileNames(modules, (what) => {
    throw new CheckpointError("FOLDER", `modules.json in ${folder.label ?? "the folder"}: ${what}`);
  });
  const settingsFile = names.at(-1)!;
  const read = async (name: string): Promise<readonly [string, string | undefined]> => {
    const content = await readText(folder, name);
    return [name, name === settingsFile ? withLength(content, longest) : content];
  };
  const others = await Promise.all([...names, promptsFile].map(read));
  return { [modulesFile]: modules, ...Object.fromEntries(others.filter(([, content]) => content !== undefined)) };
}

/** A transformer's settings with a maximum length. A damaged file stays, for `parseSentenceModules` to report. */
function withLength(content: string | undefined, longest: number | undefined): string | undefined {
  const settings = parsed(content ?? "{}");
  if (longest === undefined || !isObject(settings) || (settings["max_seq_length"] ?? undefined) !== undefined)
    return content;
  return `${JSON.stringify({ ...settings, max_seq_length: longest }, null, 2)}\n`;
}

/** The `model_max_length` of a tokenizer_config.json, if it is a length below the encoder's. */
export function tokenizerLength(tokenizerConfig: unknown, positions: number): number | undefined {
  const config = typeof tokenizerConfig === "string" ? parsed(tokenizerConfig) : tokenizerConfig;
  const length = isObject(config) ? config["model_max_length"] : undefined;
  return typeof length === "number" && Number.isInteger(length) && length > 2 && length < positions
    ? length
    : undefined;
}

/** Writes the files, and removes those of another model. */
export async function writeSentenceFiles(target: StagedFiles, files: SentenceModuleFiles = {}): Promise<void> {
  const older = await readText(target, modulesFile).catch(() => undefined); // a damaged file names none
  const names = [modulesFile, poolingFile, transformerFile, promptsFile, ...moduleFileNames(older ?? "[]", () => {})];
  for (const name of new Set([...names, ...Object.keys(files)])) {
    const content = files[name];
    if (content === undefined) await target.remove(name);
    else await writeFile(target, name, content);
  }
}

/**
 * The files of the modules that a modules.json lists, the transformer's last, for `parseSentenceModules`, which reports
 * the errors of its format.
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
  return [...new Set(names), settings];
}

/** The modules; none if the text is not a list of objects. */
function listOf(text: string): Record<string, unknown>[] {
  const value = parsed(text);
  return Array.isArray(value) && value.every((item) => isObject(item)) ? value : [];
}

/** Undefined if the text is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
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

/** Texts and pairs with the prompt before, then lowercased if so set: as `SentenceTransformer.encode` does. */
export function preparedTexts(
  inputs: readonly TextInput[],
  { prompt, lowercase = false }: Partial<SentenceModules>,
): readonly TextInput[] {
  const prompted = prompt === undefined ? inputs : inputs.map((input) => withPrompt(prompt, input));
  return lowercase ? lowercased(prompted) : prompted;
}

/** Other values are unchanged, because later checks report them. */
function withPrompt(prompt: string, input: TextInput): TextInput {
  if (typeof input === "string") return prompt + input;
  return Array.isArray(input) && typeof input[0] === "string" ? [prompt + input[0], input[1]] : input;
}
