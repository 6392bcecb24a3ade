import {
  CheckpointError,
  type Folder,
  type ImportReport,
  importProblems,
  importVariables,
  openWeights,
  readJson,
  type TensorSource,
} from "@bertkit/checkpoints";
import { dispose } from "@bertkit/nn";
import { parseHuggingFaceConfig } from "../config/hugging-face-config.ts";
import { buildParts, type ModelParts } from "./build-parts.ts";
import { folderNames, ignoredNames } from "./folder-names.ts";
import { folderOf } from "./folder-of.ts";
import type { Pretrained } from "./pretrained.ts";
import { readTokenizer } from "./read-tokenizer.ts";

/**
 * Loads a Hugging Face folder of a BERT: config.json, the tokenizer's files and safetensors weights, with every head
 * that the weights have. Choose a backend first (`useBackend`).
 *
 * @param folder a path in Node, an address in a browser, or any `Folder`
 * @throws CheckpointError, TokenizerError or Error that says which file lacks what; no tensor stays then
 */
export async function fromPretrained(folder: string | Folder): Promise<Pretrained> {
  const source = await folderOf(folder);
  const json = await readJson(source, "config.json");
  if (!json)
    throw new CheckpointError("FOLDER", `fromPretrained: there is no config.json in ${source.label ?? "the folder"}.`);
  const config = parseHuggingFaceConfig(json);
  const tokenizer = await readTokenizer(source);
  if (tokenizer.vocabulary.size > config.bert.vocabularySize)
    throw new Error(
      `fromPretrained: the tokenizer has ${tokenizer.vocabulary.size} tokens, more than the ${config.bert.vocabularySize} of config.json's vocab_size.`,
    );
  const weights = await openWeights(source);
  let built: ModelParts | undefined;
  try {
    const { parts, bert } = (built = buildParts(config, weights.entries));
    const unused = await load(parts, weights);
    const { architectures } = config;
    return { config: bert, tokenizer, architectures, unused, ...parts, dispose: () => dispose(parts) };
  } catch (error) {
    if (built) dispose(built.parts);
    throw error;
  } finally {
    await weights.close();
  }
}

/** All or nothing: the encoder and its heads are complete, or there is an error. Gives the names left over. */
async function load(parts: object, weights: TensorSource): Promise<readonly string[]> {
  const report: ImportReport = await importVariables(parts, weights, folderNames, {
    strict: false,
    ignore: ignoredNames,
  });
  const problems = importProblems({ ...report, unexpected: [] });
  if (problems) throw new CheckpointError("NAMES", `fromPretrained: the weights do not fit config.json. ${problems}.`);
  return report.unexpected;
}
