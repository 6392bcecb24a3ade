import { checkOptions, checkValue, number, required, wholeNumber, type Rules } from "@bertkit/checks";

/** The learning rate at a step, counted from 1: the first update is step 1. */
export type Schedule = (step: number) => number;

/** Always the same rate. */
export function constant(rate: number): Schedule {
  checkValue("constant", "rate", rate, number({ from: 0 }), "Pass a learning rate.");
  return () => rate;
}

export interface WarmupOptions {
  /** The highest rate, that of the first update after warm-up. */
  peak: number;
  /** Updates over which the rate rises from 0 to the peak. */
  warmupSteps: number;
  /** Updates in all; after them the rate is 0. */
  totalSteps: number;
}

const rules: Rules<WarmupOptions> = {
  peak: required(number({ above: 0 })),
  warmupSteps: required(wholeNumber()),
  totalSteps: required(wholeNumber(1)),
};

/**
 * Rises in a straight line to the peak, then falls in a straight line to 0: Hugging Face's "linear"
 * (`get_linear_schedule_with_warmup`), update for update. It counts from 0: with warm-up the first update has rate 0,
 * and the last has one step's share of the fall.
 *
 * @throws if the options make no schedule
 */
export function warmupLinearDecay(options: WarmupOptions): Schedule {
  check("warmupLinearDecay", options);
  const { peak, warmupSteps, totalSteps } = options;
  return (step) => {
    const done = step - 1;
    if (done < warmupSteps) return peak * (done / warmupSteps);
    return peak * Math.max(0, (totalSteps - done) / Math.max(1, totalSteps - warmupSteps));
  };
}

/**
 * google-research/bert's schedule (optimization.py, `create_optimizer`): a fall over all steps, overridden by the
 * rise during warm-up, so that the rate jumps down where warm-up ends. It counts from 0: with warm-up the first update
 * has rate 0.
 *
 * @throws if the options make no schedule
 */
export function googleWarmupDecay(options: WarmupOptions): Schedule {
  check("googleWarmupDecay", options);
  const { peak, warmupSteps, totalSteps } = options;
  return (step) => {
    const done = step - 1;
    return done < warmupSteps ? peak * (done / warmupSteps) : peak * Math.max(0, 1 - done / totalSteps);
  };
}

function check(name: string, options: WarmupOptions): void {
  checkOptions(name, options, rules);
  const { warmupSteps, totalSteps } = options;
  if (warmupSteps > totalSteps)
    throw new RangeError(`${name}: warmupSteps must be at most totalSteps ${totalSteps}, got ${warmupSteps}.`);
}
