import {
  googleWarmupDecay,
  type Schedule,
  warmupConstant,
  warmupCosineDecay,
  warmupLinearDecay,
  type WarmupOptions,
  warmupPolynomialDecay,
  warmupTrapezoid,
} from "@bertkit/training";
import type { PretrainSettings } from "./pretrain-settings.ts";

const schedules: Record<PretrainSettings["schedule"], (options: WarmupOptions) => Schedule> = {
  linear: warmupLinearDecay,
  google: googleWarmupDecay,
  cosine: warmupCosineDecay,
  polynomial: (options) => warmupPolynomialDecay({ ...options, power: 2 }),
  constant: warmupConstant,
  trapezoid: warmupTrapezoid,
};

/** The schedule of the settings, with a peak rate. */
export function scheduleOf({ schedule, warmupSteps, steps }: PretrainSettings, peak: number): Schedule {
  return schedules[schedule]({ peak, warmupSteps, totalSteps: steps });
}
