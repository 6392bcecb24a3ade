import { Rng } from "@bertkit/nn";
import {
  linearMaskingRate,
  maskAgain,
  type MaskingRate,
  type PretrainingInstance,
  pretrainingVocabulary,
} from "@bertkit/pretraining";
import type { Tokenizer } from "@bertkit/tokenizer";
import type { PretrainSettings } from "./pretrain-settings.ts";

/** Maximum number of predicted positions of an instance: 20 of 128 and 77 of 512, as Google's. */
export function predictionsAt(rate: number, length: number): number {
  return Math.max(1, Math.ceil(length * rate));
}

/** The masking rate of an instance, by its index in the run. */
export function maskingRateOf(settings: PretrainSettings): MaskingRate {
  const { maskedLmProbability: from, finalMaskedLmProbability: to, steps, batchSize } = settings;
  return linearMaskingRate({ from, to, instances: steps * batchSize, stages: from === to ? 1 : 4 });
}

/**
 * Maximum number of predicted positions of an instance, by step, from 0. The rate may change within a batch: it is the
 * higher one.
 */
export function predictionsOfSteps(settings: PretrainSettings, length: number): (step: number) => number {
  const rateAt = maskingRateOf(settings);
  const { batchSize } = settings;
  return (step) => predictionsAt(Math.max(rateAt(step * batchSize), rateAt((step + 1) * batchSize - 1)), length);
}

/**
 * Masks instances again at the rate of their index. The draws depend only on the seed and the index. A packed row is
 * masked as one sequence, so that the maximum of its predictions does not depend on its parts.
 */
export function remasker(
  tokenizer: Tokenizer,
  settings: PretrainSettings,
  length: number,
): (instance: PretrainingInstance, index: number) => PretrainingInstance {
  const rateAt = maskingRateOf(settings);
  const byRate = new Map<number, ReturnType<typeof maskAgain>>();
  return (instance, index) => {
    const rate = rateAt(index);
    let mask = byRate.get(rate);
    if (mask === undefined) {
      mask = maskAgain({
        vocabulary: pretrainingVocabulary(tokenizer),
        maxSequenceLength: length,
        maxPredictionsPerSequence: predictionsAt(rate, length),
        maskedLmProbability: rate,
        wholeWordMasking: settings.wholeWordMasking,
      });
      byRate.set(rate, mask);
    }
    const { sequenceLengths, ...row } = instance;
    const masked = mask(row, indexRandom(settings.seed, index));
    return sequenceLengths === undefined ? masked : { ...masked, sequenceLengths };
  };
}

function indexRandom(seed: number, index: number): Rng {
  const [a, b, c, d] = new Rng(seed).state();
  const [low, high] = [index >>> 0, Math.floor(index / 2 ** 32)];
  return Rng.fromState([
    (a ^ Math.imul(high + 1, 0xc2b2ae35)) >>> 0,
    (b ^ Math.imul(low + 1, 0x9e3779b9)) >>> 0,
    (c ^ Math.imul(low + 1, 0x85ebca6b)) >>> 0,
    (d | 1) >>> 0,
  ]).split();
}
