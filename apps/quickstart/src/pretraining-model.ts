import {
  createBert,
  startWithNeighborAttention,
  startWithWordVectors,
  type Bert,
  type BertConfig,
  type NeighborAttentionOptions,
} from "@bertkit/encoder";
import { Rng, variables } from "@bertkit/nn";
import { MaskedLmHead, NextSentenceHead, wordVectors, type TokenDocument } from "@bertkit/pretraining";

/** An encoder with the two pretraining heads. */
export interface PretrainingModel {
  encoder: Bert;
  maskedLmHead: MaskedLmHead;
  nextSentenceHead: NextSentenceHead;
}

/** Initial values of a model. */
export interface PretrainingStart {
  /** log p of every token: the initial bias of the masked-LM head. */
  logFrequencies: Float32Array;
  /** Initial word embeddings from `wordVectors`. Default random. */
  words?: Float32Array | undefined;
  neighbors: NeighborAttentionOptions;
}

/** A model initialized with unigram frequencies, neighbor attention and word vectors. */
export function createPretrainingModel(
  config: BertConfig,
  rng: Rng,
  { logFrequencies, words, neighbors: { offsets, ...neighbors } }: PretrainingStart,
): PretrainingModel {
  const encoder = createBert(config, rng);
  if (words !== undefined) startWithWordVectors(encoder, words);
  startWithNeighborAttention(encoder, { ...neighbors, offsets: offsets.slice(0, config.attentionHeads) });
  const maskedLmHead = new MaskedLmHead({ ...config, encoder, rng, outputBias: logFrequencies });
  const nextSentenceHead = new NextSentenceHead({ ...config, encoder, rng });
  return { encoder, maskedLmHead, nextSentenceHead };
}

/** Initial word vectors from cooccurrences in the text; undefined if the vocabulary is smaller than a vector. */
export function initialWords(
  documents: readonly TokenDocument[],
  config: BertConfig,
  seed: number,
): Float32Array | undefined {
  const { vocabularySize, hiddenSize: size } = config;
  return vocabularySize < size ? undefined : wordVectors(documents, { vocabularySize, size }, new Rng(seed));
}

/** A copy of the model with the same weights. */
export function copyOfModel(model: PretrainingModel, config: BertConfig): PretrainingModel {
  const encoder = copyOfEncoder(model.encoder, config);
  const parts = { ...config, encoder, rng: new Rng(0) };
  const copy = { encoder, maskedLmHead: new MaskedLmHead(parts), nextSentenceHead: new NextSentenceHead(parts) };
  copyWeights(model, copy);
  return copy;
}

export function copyOfEncoder(encoder: Bert, config: BertConfig): Bert {
  const copy = createBert(config, new Rng(0));
  copyWeights(encoder, copy);
  return copy;
}

function copyWeights(from: object, to: object): void {
  const source = variables(from);
  for (const [path, variable] of variables(to)) variable.assign(source.get(path)!);
}
