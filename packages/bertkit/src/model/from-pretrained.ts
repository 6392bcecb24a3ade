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
 * Loads a BERT folder with every head that the weights have. Supports the folders of Hugging Face (config.json,
 * tokenizer files, weights in any format of `openWeights`), of google-research/bert (bert_config.json, vocab.txt,
 * bert_model.ckpt), and SavedModels of TF Hub (assets/vocab.txt, variables). Select a backend first (`useBackend`).
 *
 * @param folder a path in Node, an address in a browser, any `Folder`, or a repository of the Hugging Face hub, such as
 *   "google-bert/bert-base-uncased", if there is no such path or, in a browser, no such folder relative to the page
 * @param options for the hub: `revision`, `onProgress`, `signal`, and settings whose defaults in Node are Hugging
 * Face's
 *   environment variables (`endpoint`, `cache`, `token`, `offline`, `etagTimeout`, `downloadTimeout`)
 * @throws CheckpointError or TokenizerError that names the file and the problem; leaves no tensors
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

/** Loads all variables of the encoder and its heads, or throws. Returns the unused names. */
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
