import { checkOptions } from "@bertkit/checks";
import { checkDocuments, checkRandom } from "./check-documents.ts";
import type { RandomSource } from "@bertkit/nn";
import { cutDocument } from "./cut-document.ts";
import { documentPieces } from "./document-pieces.ts";
import { flatDocuments } from "./flat-document.ts";
import { fullSentences } from "./full-sentences.ts";
import { checkInstanceOptions, type InstanceOptions } from "./instance-options.ts";
import { blockInstancesRules } from "./option-rules.ts";
import type { PretrainingInstance, TokenDocument } from "./pretraining-instance.ts";
import { maskPair } from "./sentence-pair.ts";

/** The relation of an instance's two segments. */
export type Pairs = "next-sentence" | "sentence-order" | "none" | "document";

export interface BlockInstancesOptions extends InstanceOptions {
  /**
   * "next-sentence" (BERT): half of the second segments come from another document. "sentence-order" (ALBERT, Lan et al.
   * 2019, section 3.1): the segments follow each other, half of them swapped. "none" (RoBERTa, Liu et al. 2019,
   * FULL-SENTENCES): one segment of as many whole sentences as fit, across documents with a [SEP] between them. "document":
   * pieces of one document, cut where a sequence is full, for `packInstances`. Default "next-sentence".
   */
  readonly pairs?: Pairs;
  /** Number of times that each document is split and masked. Default 1. */
  readonly dupeFactor?: number;
}

/**
 * The instances of one block of a large corpus, in random order. Random segments only come from the block's own
 * documents, so that blocks can be processed on any thread or machine: pass each a generator that depends on a seed and
 * the block's index. An empty block has no instances.
 */
export function blockInstances(
  documents: readonly TokenDocument[],
  options: BlockInstancesOptions,
  random: RandomSource,
): PretrainingInstance[] {
  checkOptions("blockInstances", options, blockInstancesRules);
  checkDocuments("blockInstances", documents);
  checkRandom("blockInstances", random);
  const { pairs = "next-sentence", dupeFactor = 1, ...rest } = options;
  const checked = { ...checkInstanceOptions(rest, "blockInstances"), drawsLikeGoogle: false };
  const cleaned = flatDocuments("blockInstances", documents, checked.vocabulary.size);
  if (cleaned.length === 0)
    throw new RangeError(
      `blockInstances: no sentences in ${documents.length} documents. Pass documents with token ids.`,
    );
  const instances: PretrainingInstance[] = [];
  for (let pass = 0; pass < dupeFactor; pass++) {
    if (pairs === "document") {
      for (const document of cleaned)
        for (const piece of documentPieces(document, checked)) instances.push(maskPair(piece, checked, random));
      continue;
    }
    if (pairs === "none") {
      const order = [...cleaned];
      random.shuffle(order);
      for (const sequence of fullSentences(order, checked)) instances.push(maskPair(sequence, checked, random));
      continue;
    }
    for (let index = 0; index < cleaned.length; index++)
      for (const pair of cutDocument(cleaned, index, checked, random, pairs === "sentence-order"))
        instances.push(maskPair(pair, checked, random));
  }
  random.shuffle(instances);
  return instances;
}
