import {
  CheckpointError,
  type Folder,
  type HubFolderOptions,
  type ImportReport,
  importProblems,
  importVariables,
  openWeights,
  type TensorSource,
} from "@bertkit/checkpoints";
import type { BertConfig } from "@bertkit/encoder";
import { dispose } from "@bertkit/nn";
import { checkIds } from "./check-ids.ts";
import { buildParts, type ModelParts } from "./build-parts.ts";
import { absolutePositions } from "./folder-names.ts";
import { modelFolder } from "./folder-of.ts";
import { dialectOf, type NameDialect } from "./name-dialect.ts";
import type { Pretrained } from "./pretrained.ts";
import { readFolderConfig } from "./read-folder-config.ts";
import { readTokenizer } from "./read-tokenizer.ts";

/**
 * Loads a folder of a BERT, with every head that the weights have: Hugging Face's (config.json, the tokenizer's files,
 * weights in any form that `openWeights` reads), google-research/bert's (bert_config.json, vocab.txt,
 * bert_model.ckpt) or a SavedModel of TF Hub's (assets/vocab.txt, variables). Choose a backend first (`useBackend`).
 *
 * @param folder a path in Node, an address in a browser, or any `Folder`; also a repository of the Hugging Face hub,
 *   "google-bert/bert-base-uncased", where there is no such path, or in a browser no such folder beside the page
 * @param options for the hub: a `revision` to pin, `onProgress`, `signal`, and settings that in Node Hugging Face's
 *   environment variables give otherwise (`endpoint`, `cache`, `token`, `offline`, `etagTimeout`, `downloadTimeout`)
 * @throws CheckpointError or TokenizerError that says which file lacks what; no tensor stays then
 */
export async function fromPretrained(folder: string | Folder, options: HubFolderOptions = {}): Promise<Pretrained> {
  const source = await modelFolder(folder, options);
  const { config: declared, lowercase } = await readFolderConfig(source);
  const tokenizer = await readTokenizer(source, lowercase);
  checkIds("fromPretrained", tokenizer, declared.bert);
  const weights = await openWeights(source);
  let built: ModelParts | undefined;
  try {
    const dialect = dialectOf(weights.entries);
    const { parts, bert } = (built = buildParts(declared, weights.entries, dialect));
    const unused = await load(parts, weights, dialect, bert);
    const { architectures } = declared;
    return { config: bert, tokenizer, architectures, unused, ...parts, dispose: () => dispose(parts) };
  } catch (error) {
    if (built) dispose(built.parts);
    throw error;
  } finally {
    await weights.close();
  }
}

/** All or nothing: the encoder and its heads are complete, or there is an error. Gives the names left over. */
async function load(
  parts: object,
  weights: TensorSource,
  dialect: NameDialect,
  { positionEmbedding }: BertConfig,
): Promise<readonly string[]> {
  const report: ImportReport = await importVariables(parts, weights, dialect.rules, {
    strict: false,
    ignore: positionEmbedding === "absolute" ? dialect.ignore : [...dialect.ignore, ...absolutePositions],
    eager: true,
  });
  const problems = importProblems({ ...report, unexpected: [] });
  if (problems) throw new CheckpointError("NAMES", `fromPretrained: the weights do not fit config.json. ${problems}.`);
  return report.unexpected.filter((name) => !dialect.isTraining(name));
}
