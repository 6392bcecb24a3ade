import { checkArray, checkOptions } from "@bertkit/checks";
import type { RandomSource } from "@bertkit/nn";
import { cutDocument, withoutEmpty } from "./cut-document.ts";
import { checkInstanceOptions, type InstanceOptions } from "./instance-options.ts";
import { toMaskingRate, type MaskingRate } from "./masking-rate.ts";
import { pretrainingInstancesRules } from "./option-rules.ts";
import type { PretrainingInstance, TokenDocument } from "./pretraining-instance.ts";
import { maskPair, type SentencePair } from "./sentence-pair.ts";

/** Options of `pretrainingInstances`. */
export interface PretrainingInstancesOptions extends Omit<InstanceOptions, "maskedLmProbability"> {
  /** Share of an instance's tokens to predict, always the same or that of the n-th instance of the stream. Default 0.15. */
  readonly maskedLmProbability?: number | MaskingRate;
  /** Instances held back to be given out in random order: the only memory besides the documents. Default 4096. */
  readonly shuffleBufferSize?: number;
  /** How often to go over the documents. Default: without end. */
  readonly passes?: number;
}

/**
 * An endless stream of instances for training. Each pass takes the documents in a new order and cuts, pairs and masks
 * them again, so a model sees every sentence under fresh masks; a buffer mixes neighbouring documents. An instance is
 * masked when it leaves the buffer, at the rate of its place in the stream.
 *
 * The same seed gives the same stream: to resume, make the generator again and drop what the earlier run took.
 * Throws RangeError when no document has a sentence. With one document alone, "random next" segments come from it too.
 */
export function* pretrainingInstances(
  documents: readonly TokenDocument[],
  options: PretrainingInstancesOptions,
  random: RandomSource,
): Generator<PretrainingInstance, void, undefined> {
  checkOptions("pretrainingInstances", options, pretrainingInstancesRules);
  checkArray("pretrainingInstances", "documents", documents, "documents");
  const { shuffleBufferSize = 4096, passes = Infinity, maskedLmProbability, ...rest } = options;
  const checked = checkInstanceOptions(rest, "pretrainingInstances");
  const rateOf = toMaskingRate(maskedLmProbability ?? checked.maskedLmProbability);
  const cleaned = withoutEmpty(documents);
  if (cleaned.length === 0) {
    throw new RangeError(
      `pretrainingInstances: no sentences in ${documents.length} documents. Pass documents with token ids.`,
    );
  }
  let given = 0;
  const masked = (pair: SentencePair): PretrainingInstance =>
    maskPair(pair, checkInstanceOptions({ ...rest, maskedLmProbability: rateOf(given++) }), random);
  const buffer: SentencePair[] = [];
  const order = Array.from(cleaned.keys());
  for (let pass = 0; pass < passes; pass++) {
    random.shuffle(order);
    for (const index of order) {
      for (const pair of cutDocument(cleaned, index, checked, random)) {
        if (buffer.length < shuffleBufferSize) {
          buffer.push(pair);
          continue;
        }
        const slot = random.integer(0, buffer.length);
        yield masked(buffer[slot] ?? pair);
        if (slot < buffer.length) buffer[slot] = pair;
      }
    }
  }
  random.shuffle(buffer);
  for (const pair of buffer) yield masked(pair);
}
