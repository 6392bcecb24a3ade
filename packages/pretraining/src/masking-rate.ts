import { checkOptions } from "@bertkit/checks";
import { linearMaskingRateRules } from "./option-rules.ts";

/** Fraction of an instance's tokens to predict, in [0, 1], by the instance's index in the stream. */
export type MaskingRate = (instance: number) => number;

export interface LinearMaskingRateOptions {
  /** Initial rate. */
  readonly from: number;
  /** Final rate. */
  readonly to: number;
  /** Number of instances over which the rate changes; it is constant afterwards. */
  readonly instances: number;
  /** Number of different rates; a backend may compile for each. */
  readonly stages: number;
}

/**
 * A masking rate that changes linearly in stages of equal length. Many masks train faster at first; later, fewer masks
 * leave more context: Ankner et al., 2023, "Dynamic Masking Rate Schedules for MLM Pretraining", 30 to 15 %.
 *
 * @throws RangeError for a rate outside [0, 1], or for counts below 1
 */
export function linearMaskingRate(options: LinearMaskingRateOptions): MaskingRate {
  checkOptions("linearMaskingRate", options, linearMaskingRateRules);
  const { from, to, instances, stages } = options;
  return (instance) => {
    const stage = Math.min(stages - 1, Math.floor((instance / instances) * stages));
    return stages === 1 ? from : from + ((to - from) * stage) / (stages - 1);
  };
}

export function toMaskingRate(rate: number | MaskingRate): MaskingRate {
  return typeof rate === "number" ? () => rate : rate;
}
