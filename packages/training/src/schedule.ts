import { checkOptions, checkValue, number, required, wholeNumber, type Rules } from "@bertkit/checks";

/** The learning rate at a step, counted from 1: the first update is step 1. */
export type Schedule = (step: number) => number;

/** A constant learning rate. */
export function constant(rate: number): Schedule {
  checkValue("constant", "rate", rate, number({ from: 0 }), "Pass a learning rate.");
  return () => rate;
}

export interface WarmupOptions {
  /** Peak learning rate, at the end of warm-up. */
  readonly peak: number;
  /** Number of warm-up updates, over which the rate rises from 0 to the peak. */
  readonly warmupSteps: number;
  /** Total number of updates; the rate is 0 afterwards. */
  readonly totalSteps: number;
}

const rules: Rules<WarmupOptions> = {
  peak: required(number({ above: 0 })),
  warmupSteps: required(wholeNumber()),
  totalSteps: required(wholeNumber(1)),
};

/**
 * Linear warm-up to the peak, then linear decay to 0, equal to Hugging Face's `get_linear_schedule_with_warmup` at
 * every update. It counts from 0: with warm-up, the first update has rate 0, and the last has one step's fraction of
 * the peak.
 *
 * @throws RangeError if an option is out of range
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
 * google-research/bert's schedule (optimization.py, `create_optimizer`): linear decay over all steps, replaced by a
 * linear rise during warm-up, so the rate jumps down at the end of warm-up. It counts from 0: with warm-up, the first
 * update has rate 0.
 *
 * @throws RangeError if an option is out of range
 */
export function googleWarmupDecay(options: WarmupOptions): Schedule {
  check("googleWarmupDecay", options);
  const { peak, warmupSteps, totalSteps } = options;
  return (step) => {
    const done = step - 1;
    return done < warmupSteps ? peak * (done / warmupSteps) : peak * Math.max(0, 1 - done / totalSteps);
  };
}

/** Hugging Face's "constant_with_warmup": linear warm-up to the peak, then constant. It counts from 0. */
export function warmupConstant(options: WarmupOptions): Schedule {
  check("warmupConstant", options);
  const { peak, warmupSteps } = options;
  return (step) => peak * riseAt(step - 1, warmupSteps);
}

/**
 * Hugging Face's "cosine" (`get_cosine_schedule_with_warmup`): linear warm-up to the peak, then half a cosine down to
 * 0. It counts from 0.
 *
 * @throws RangeError if an option is out of range
 */
export function warmupCosineDecay(options: WarmupOptions): Schedule {
  check("warmupCosineDecay", options);
  const { peak, warmupSteps, totalSteps } = options;
  return (step) => {
    const done = step - 1;
    if (done < warmupSteps) return peak * riseAt(done, warmupSteps);
    return peak * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, fallAt(done, warmupSteps, totalSteps))));
  };
}

export interface PolynomialOptions extends WarmupOptions {
  /** Default 1, linear. */
  readonly power?: number;
  /** The rate after all steps. Default 0. */
  readonly end?: number;
}

const polynomialRules: Rules<PolynomialOptions> = { ...rules, power: number({ above: 0 }), end: number({ from: 0 }) };

/**
 * Hugging Face's "polynomial" (`get_polynomial_decay_schedule_with_warmup`): linear warm-up to the peak, then (1 −
 * progress)^power down to `end`. It counts from 0.
 *
 * @throws RangeError if an option is out of range
 */
export function warmupPolynomialDecay(options: PolynomialOptions): Schedule {
  check("warmupPolynomialDecay", options, polynomialRules);
  const { peak, warmupSteps, totalSteps, power = 1, end = 0 } = options;
  if (end > peak) throw new RangeError(`warmupPolynomialDecay: end must be at most peak ${peak}, got ${end}.`);
  return (step) => {
    const done = step - 1;
    if (done < warmupSteps) return peak * riseAt(done, warmupSteps);
    const left = 1 - Math.min(1, fallAt(done, warmupSteps, totalSteps));
    return (peak - end) * left ** power + end;
  };
}

export interface TrapezoidOptions extends WarmupOptions {
  /** Number of final updates over which the rate falls to 0. Default: a fifth of all. */
  readonly decaySteps?: number;
}

const trapezoidRules: Rules<TrapezoidOptions> = { ...rules, decaySteps: wholeNumber() };

/**
 * Linear warm-up to the peak, constant, then linear decay to 0 at the end: "trapezoidal" or "warmup-stable-decay"
 * (Hägele et al., 2024, "Scaling Laws and Compute-Optimal Training Beyond Fixed Training Durations"). It counts from 0.
 *
 * @throws RangeError if an option is out of range
 */
export function warmupTrapezoid(options: TrapezoidOptions): Schedule {
  check("warmupTrapezoid", options, trapezoidRules);
  const {
    peak,
    warmupSteps,
    totalSteps,
    decaySteps = Math.min(totalSteps - warmupSteps, Math.ceil(totalSteps / 5)),
  } = options;
  if (warmupSteps + decaySteps > totalSteps)
    throw new RangeError(
      `warmupTrapezoid: warmupSteps and decaySteps must be at most totalSteps ${totalSteps} together, got ${warmupSteps + decaySteps}.`,
    );
  return (step) => {
    const done = step - 1;
    const fall = decaySteps === 0 ? (done < totalSteps ? 1 : 0) : (totalSteps - done) / decaySteps;
    return peak * Math.min(riseAt(done, warmupSteps), Math.max(0, Math.min(1, fall)));
  };
}

/** From 0 to 1 during warm-up. */
function riseAt(done: number, warmupSteps: number): number {
  return warmupSteps === 0 ? 1 : Math.min(1, done / warmupSteps);
}

/** From 0 to 1 after warm-up, and beyond. */
function fallAt(done: number, warmupSteps: number, totalSteps: number): number {
  return (done - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
}

function check<O extends WarmupOptions>(name: string, options: O, table: Rules<O> = rules as Rules<O>): void {
  checkOptions(name, options, table);
  const { warmupSteps, totalSteps } = options;
  if (warmupSteps > totalSteps)
    throw new RangeError(`${name}: warmupSteps must be at most totalSteps ${totalSteps}, got ${warmupSteps}.`);
}
