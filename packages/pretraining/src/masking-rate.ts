import { checkOptions } from "@bertkit/checks";
import { linearMaskingRateRules } from "./option-rules.ts";

/** The share of an instance's tokens to predict, in [0, 1], by the instance's place in the stream, counted from 0. */
export type MaskingRate = (instance: number) => number;

export interface LinearMaskingRateOptions {
  /** The first rate. */
  from: number;
  /** The last rate. */
  to: number;
  /** Instances over which the rate changes; after them it is the last. */
  instances: number;
  /** How many rates there are in all; a backend may compile for the number of predictions of each. */
  stages: number;
}

/**
 * A masking rate that changes in a straight line, in stages of equal length. Many masks teach faster early on, and fewer
 * leave more to predict from: Ankner et al., 2023, "Dynamic Masking Rate Schedules for MLM Pretraining", 30 to 15 %.
 *
 * @throws RangeError on a rate outside [0, 1], or counts that are no whole numbers of at least 1
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
