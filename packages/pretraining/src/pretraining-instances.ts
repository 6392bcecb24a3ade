import { checkOptions } from "@bertkit/checks";
import { checkDocuments, checkRandom } from "./check-documents.ts";
import type { RandomSource } from "@bertkit/nn";
import { cutDocument } from "./cut-document.ts";
import { flatDocuments } from "./flat-document.ts";
import { checkInstanceOptions, type InstanceOptions } from "./instance-options.ts";
import { toMaskingRate, type MaskingRate } from "./masking-rate.ts";
import { pretrainingInstancesRules } from "./option-rules.ts";
import type { PretrainingInstance, TokenDocument } from "./pretraining-instance.ts";
import { maskPair, type SentencePair } from "./sentence-pair.ts";

/** Options of `pretrainingInstances`. */
export interface PretrainingInstancesOptions extends Omit<InstanceOptions, "maskedLmProbability"> {
  /** Fraction of an instance's tokens to predict, constant or as a function of the instance's index. Default 0.15. */
  readonly maskedLmProbability?: number | MaskingRate;
  /** Size of the shuffle buffer in instances, the only memory besides the documents. Default 4096. */
  readonly shuffleBufferSize?: number;
  /** Number of passes over the documents. Default: endless. */
  readonly passes?: number;
}

/**
 * An endless stream of instances for training. Each pass shuffles the documents and splits, pairs and masks them again,
 * so that every sentence gets new masks. A buffer shuffles instances across documents. An instance is masked when it
 * leaves the buffer, at the rate for its index in the stream.
 *
 * The same seed gives the same stream. To resume, create the generator again and skip the instances already used.
 * Throws RangeError if no document has a sentence. With a single document, "random next" segments come from it too.
 */
export function* pretrainingInstances(
  documents: readonly TokenDocument[],
  options: PretrainingInstancesOptions,
  random: RandomSource,
): Generator<PretrainingInstance, void, undefined> {
  checkOptions("pretrainingInstances", options, pretrainingInstancesRules);
  checkDocuments("pretrainingInstances", documents);
  checkRandom("pretrainingInstances", random);
  const { shuffleBufferSize = 4096, passes = Infinity, maskedLmProbability, ...rest } = options;
  const checked = checkInstanceOptions(rest, "pretrainingInstances");
  const rateOf = toMaskingRate(maskedLmProbability ?? checked.maskedLmProbability);
  const cleaned = flatDocuments("pretrainingInstances", documents, checked.vocabulary.size);
  if (cleaned.length === 0) {
    throw new RangeError(
      `pretrainingInstances: no sentences in ${documents.length} documents. Pass documents with token ids.`,
    );
  }
  let given = 0;
  const byRate = new Map<number, typeof checked>(); // options are checked once for each
  const masked = (pair: SentencePair): PretrainingInstance => {
    const rate = rateOf(given++);
    const options = byRate.get(rate) ?? checkInstanceOptions({ ...rest, maskedLmProbability: rate });
    if (byRate.size < 100) byRate.set(rate, options);
    return maskPair(pair, options, random);
  };
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
