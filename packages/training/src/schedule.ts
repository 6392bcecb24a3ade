/** The learning rate at a step, counted from 1: the first update is step 1. */
export type Schedule = (step: number) => number;

/** Always the same rate. */
export function constant(rate: number): Schedule {
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

/**
 * Rises in a straight line to the peak, then falls in a straight line to 0: Hugging Face's "linear"
 * (`get_linear_schedule_with_warmup`), update for update. It counts from 0: with warm-up the first update has rate 0,
 * and the last has one step's share of the fall.
 *
 * @throws if the options make no schedule
 */
export function warmupLinearDecay({ peak, warmupSteps, totalSteps }: WarmupOptions): Schedule {
  check("warmupLinearDecay", { peak, warmupSteps, totalSteps });
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
export function googleWarmupDecay({ peak, warmupSteps, totalSteps }: WarmupOptions): Schedule {
  check("googleWarmupDecay", { peak, warmupSteps, totalSteps });
  return (step) => {
    const done = step - 1;
    return done < warmupSteps ? peak * (done / warmupSteps) : peak * Math.max(0, 1 - done / totalSteps);
  };
}

function check(name: string, { peak, warmupSteps, totalSteps }: WarmupOptions): void {
  const good = peak > 0 && warmupSteps >= 0 && totalSteps > 0 && warmupSteps <= totalSteps;
  if (!good || peak === Infinity || totalSteps === Infinity) {
    throw new Error(
      `${name}: needs peak > 0 and 0 ≤ warmupSteps ≤ totalSteps, all finite, got peak ${peak}, warmupSteps ${warmupSteps}, totalSteps ${totalSteps}.`,
    );
  }
}
