import {
  arrayOf,
  checkObject,
  checkOptions,
  checkValue,
  oneOf,
  required,
  type Rules,
  standIn,
  text as textRule,
  trueOrFalse,
  wholeNumber,
} from "@bertkit/checks";
import { type SentencePooling, sentencePoolings } from "./pooling.ts";

/** Settings of a sentence-transformers folder. */
export interface SentenceModules {
  readonly pooling: readonly SentencePooling[];
  /** Whether vectors are scaled to unit length. */
  readonly normalize: boolean;
  /** Maximum tokens per text, including special tokens; undefined if the folder does not state it. */
  readonly maxLength: number | undefined;
  /** Whether texts are lowercased before tokenization; the tokenizer may also lowercase. */
  readonly lowercase: boolean;
  /** What is put before every text, and lowercased with it. Default none. */
  readonly prompt?: string;
}

/** File contents by path in the folder. */
export interface SentenceModuleFiles {
  readonly [path: string]: string | undefined;
}

const flags: Readonly<Record<SentencePooling, string>> = {
  cls: "pooling_mode_cls_token",
  max: "pooling_mode_max_tokens",
  mean: "pooling_mode_mean_tokens",
  mean_sqrt_len_tokens: "pooling_mode_mean_sqrt_len_tokens",
  weightedmean: "pooling_mode_weightedmean_tokens",
  lasttoken: "pooling_mode_lasttoken",
};

const poolingFile = "1_Pooling/config.json";
const promptsFile = "config_sentence_transformers.json";

/**
 * Reads modules.json, the pooling's config.json, sentence_bert_config.json, and of config_sentence_transformers.json the
 * default prompt. Without modules.json the pooling is the mean, as in sentence-transformers.
 *
 * @throws RangeError for an unsupported module or setting
 */
export function parseSentenceModules(files: SentenceModuleFiles): SentenceModules {
  checkObject("parseSentenceModules", "files", files, "texts by their names");
  const modules = files["modules.json"] === undefined ? [] : list(parse("modules.json", files["modules.json"]));
  const prompt = promptOf(files[promptsFile]);
  const poolingIn = (file: string): SentencePooling[] => poolingOf(file, files[file], prompt);
  let pooling: readonly SentencePooling[] | undefined;
  let normalize = false;
  let transformer: string | undefined;
  for (const module of modules) {
    const type = String(module["type"]).split(".").at(-1)!;
    const path = String(module["path"] ?? "");
    if (type === "Transformer") transformer = path;
    else if (type === "Pooling" && path === "")
      throw new RangeError(
        'modules.json: the module "Pooling" must have a path, because config.json is the encoder\'s. Move its settings to 1_Pooling/config.json, and set "path" to "1_Pooling".',
      );
    else if (type === "Pooling") pooling = poolingIn(`${path}/config.json`);
    else if (type === "Normalize") normalize = true;
    else if (type !== "Dropout")
      throw new RangeError(
        `modules.json: the module ${JSON.stringify(type.slice(0, 60))} is not supported, so the vectors would differ. Use a model with the modules Transformer, Pooling and Normalize.`,
      );
  }
  if (modules.length === 0 && files[poolingFile] !== undefined) pooling = poolingIn(poolingFile);
  const prefix = transformer === undefined || transformer === "" ? "" : `${transformer}/`;
  const settings = files[`${prefix}sentence_bert_config.json`];
  const { max_seq_length: maxLength, do_lower_case: lowercase = false } =
    settings === undefined ? {} : parse("sentence_bert_config.json", settings);
  if (maxLength !== undefined && maxLength !== null && !(Number.isInteger(maxLength) && (maxLength as number) > 2))
    throw new RangeError(
      `sentence_bert_config.json: max_seq_length must be a whole number above 2, got ${JSON.stringify(maxLength)}. Correct the file.`,
    );
  return {
    pooling: pooling ?? ["mean"],
    normalize,
    maxLength: (maxLength as number | undefined) ?? undefined,
    lowercase: lowercase === true,
    ...(prompt !== undefined && { prompt }),
  };
}

const rules: Rules<SentenceModules> = {
  pooling: required(arrayOf("poolings", oneOf(sentencePoolings))),
  normalize: required(trueOrFalse),
  maxLength: wholeNumber(1),
  lowercase: required(trueOrFalse),
  prompt: textRule,
};

/** Writes these files in the format of sentence-transformers; `size` is the encoder's hidden size. */
export function sentenceModuleFiles(modules: SentenceModules, size: number): Record<string, string> {
  checkObject("sentenceModuleFiles", "modules", modules, "a result of parseSentenceModules", "pooling");
  checkOptions("sentenceModuleFiles", modules, rules);
  const { pooling, normalize, maxLength, lowercase, prompt } = modules;
  checkValue("sentenceModuleFiles", "size", size, wholeNumber(1), "Pass encoder.hiddenSize.");
  const module = (idx: number, path: string, type: string): object => ({
    idx,
    name: String(idx),
    path,
    type: `sentence_transformers.models.${type}`,
  });
  const listed = [
    module(0, "", "Transformer"),
    module(1, "1_Pooling", "Pooling"),
    ...(normalize ? [module(2, "2_Normalize", "Normalize")] : []),
  ];
  const config = {
    word_embedding_dimension: size,
    ...Object.fromEntries(sentencePoolings.map((mode) => [flags[mode], pooling.includes(mode)])),
  };
  return {
    "modules.json": text(listed),
    [poolingFile]: text(config),
    "sentence_bert_config.json": text({
      ...(maxLength !== undefined && { max_seq_length: maxLength }),
      do_lower_case: lowercase,
    }),
    ...(prompt !== undefined && {
      [promptsFile]: text({ prompts: { default: prompt }, default_prompt_name: "default" }),
    }),
  };
}

/** The default prompt; undefined if it is empty, or there is none. */
function promptOf(content: string | undefined): string | undefined {
  const { prompts, default_prompt_name: name } = content === undefined ? {} : parse(promptsFile, content);
  if (name === undefined || name === null) return undefined;
  const prompt = Object.entries(prompts ?? {}).find(([known]) => known === name)?.[1] as unknown;
  if (typeof prompt !== "string")
    throw new RangeError(
      `${promptsFile}: default_prompt_name must be the name of a text in prompts, got ${JSON.stringify(name).slice(0, 60)}. Correct the file.`,
    );
  return prompt === "" ? undefined : prompt;
}

function poolingOf(file: string, content: string | undefined, prompt: string | undefined): SentencePooling[] {
  if (content === undefined)
    throw new RangeError(`${file}: modules.json lists it, but it is missing. Download the whole folder.`);
  const config = parse(file, content);
  if (prompt !== undefined && config["include_prompt"] === false)
    throw new RangeError(
      `${file}: "include_prompt" false, pooling without the default prompt, is not supported, so the vectors would differ. Use a model whose pooling includes it.`,
    );
  const named = config["pooling_mode"]; // a name, or several, in later versions
  const names = named === undefined ? [] : Array.isArray(named) ? named : [named];
  const unknown = [
    ...Object.keys(config).filter(
      (key) => key.startsWith("pooling_mode_") && config[key] === true && !Object.values(flags).includes(key),
    ),
    ...names.filter((name) => !(sentencePoolings as unknown[]).includes(name)),
  ];
  if (unknown.length > 0)
    throw new RangeError(
      `${file}: the pooling ${JSON.stringify(String(unknown[0]).slice(0, 60))} is not supported, so the vectors would differ. Supported: ${sentencePoolings.join(", ")}.`,
    );
  const modes = sentencePoolings.filter((mode) => names.includes(mode) || config[flags[mode]] === true);
  if (modes.length > 0) return modes;
  throw new RangeError(`${file}: no pooling is set. Set one, such as "pooling_mode_mean_tokens": true.`);
}

function parse(file: string, content: string): Record<string, unknown> {
  try {
    const value = JSON.parse(content) as unknown;
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Reported below.
  }
  const instead = standIn(content);
  if (instead !== undefined) throw new RangeError(`${file} ${instead}.`);
  throw new RangeError(`${file}: not a JSON object. Download the file again.`);
}

function list(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value) && value.every((item) => typeof item === "object" && item !== null))
    return value as Record<string, unknown>[];
  throw new RangeError("modules.json: not a list of modules. Download the file again.");
}

function text(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
