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
import { type BertConfig, huggingFaceSpellings } from "@bertkit/encoder";
import { dispose } from "@bertkit/nn";
import type { Tokenizer } from "@bertkit/tokenizer";
import { tokenizerFromFiles } from "@bertkit/tokenizer/files";
import { checkIds } from "./check-ids.ts";
import { checkCanaryOf, type TokenVectors } from "./canary.ts";
import { buildParts, type ModelParts } from "./build-parts.ts";
import { absolutePositions } from "./folder-names.ts";
import { dialectOf, type NameDialect } from "./name-dialect.ts";
import type { Pretrained } from "./pretrained.ts";
import type { DtypeOptions } from "./quantize.ts";
import { readFolderConfig } from "./read-folder-config.ts";
import { readTokenizerFiles } from "./read-tokenizer.ts";
import { readSentenceFiles, tokenizerLength } from "./sentence-files.ts";

export interface LoadBertOptions extends HubFolderOptions, DtypeOptions {
  /** Used instead of the folder's tokenizer, whose files are then not read. */
  readonly tokenizer?: Tokenizer;
  /**
   * Whether to compute the example that `savePretrained` stored in the weights' file, and throw if the active backend's
   * results are wrong. Default true, except for the backend "cpu".
   */
  readonly canary?: boolean;
}

/** What is known of a model when its canary is checked. */
export type LoadedParts = Pick<Pretrained, "encoder" | "tokenizer" | "sentenceFiles">;

/**
 * Loads a BERT folder with every head that the weights have: see `fromPretrained`.
 * @param given a tokenizer to use instead of the folder's
 * @param canary whether to check it; or what runs the encoder for that, as in `checkCanary`
 */
export async function loadBert(
  source: Folder,
  given?: Tokenizer,
  canary: boolean | ((loaded: LoadedParts) => TokenVectors) = true,
): Promise<Pretrained> {
  const found = await readFolderConfig(source);
  let weights = found.weights;
  let built: ModelParts | undefined;
  let loading: Promise<readonly string[]> | undefined;
  try {
    const files = given === undefined ? await readTokenizerFiles(source, found.lowercase) : {};
    const buildTokenizer = (): Tokenizer => {
      const tokenizer = given ?? tokenizerFromFiles(files);
      checkIds("fromPretrained", tokenizer, found.config.bert);
      return tokenizer;
    };
    const maxLength = tokenizerLength(files.tokenizerConfig, found.config.bert.maxPositionEmbeddings);
    const sentenceFiles = await readSentenceFiles(source, maxLength);
    weights ??= await openWeights(source);
    const dialect = dialectOf(weights.entries);
    const declared = (dialect.isHuggingFace ? found.besideHuggingFaceWeights : undefined) ?? found.config;
    try {
      built = buildParts(declared, weights.entries, dialect);
    } catch (error) {
      buildTokenizer(); // if it does not fit either, its error says more
      throw error;
    }
    const { parts, bert } = built;
    // The tokenizer is built while the operating system reads the weights.
    loading = load(parts, weights, dialect, bert);
    loading.catch(() => {}); // awaited below, unless the tokenizer's error comes first
    const tokenizer = buildTokenizer();
    const unused = await loading;
    if (canary !== false) {
      const loaded: LoadedParts = { tokenizer, encoder: parts.encoder, ...(sentenceFiles && { sentenceFiles }) };
      const vectors = canary === true ? undefined : canary(loaded);
      await checkCanaryOf(weights, { config: bert, ...parts }, vectors);
    }
    const { architectures, plainScores } = declared;
    const problemUnstated = declared.problem === undefined && parts.classifier?.labels.length === 1;
    const others = {
      ...(sentenceFiles && { sentenceFiles }),
      ...(plainScores && { plainScores }),
      ...(problemUnstated && { problemUnstated }),
      ...(maxLength !== undefined && { maxLength }),
    };
    return { config: bert, tokenizer, architectures, unused, ...others, ...parts, dispose: () => dispose(parts) };
  } catch (error) {
    await Promise.allSettled([loading]);
    if (built) dispose(built.parts);
    throw error;
  } finally {
    await weights?.close();
  }
}

/** Loads the encoder and its heads completely, or throws. Returns the names of unused tensors. */
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
    spellings: huggingFaceSpellings,
  });
  const problems = importProblems({ ...report, unexpected: [] });
  if (problems) throw new CheckpointError("NAMES", `fromPretrained: the weights do not fit config.json. ${problems}.`);
  return report.unexpected.filter((name) => !dialect.isTraining(name));
}
