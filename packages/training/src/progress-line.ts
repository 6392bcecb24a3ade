import { checkObject, checkOptions, number, object, required, wholeNumber, type Rules } from "@bertkit/checks";
import { escapeControls } from "@bertkit/nn";

import type { TrainStep } from "./train.ts";

export interface ProgressOptions {
  readonly totalSteps: number;
  /** Tokens per batch, including padding, for tokens per second. */
  readonly tokensPerStep?: number;
  /** Label of each metric, and whether to print it in percent. Default: every metric under its own name. */
  readonly metrics?: Record<string, { label: string; percent?: boolean }>;
  /** Number of recent steps to average over. Default 50. */
  readonly window?: number;
}

const rules: Rules<ProgressOptions> = {
  totalSteps: required(wholeNumber(1)),
  tokensPerStep: number({ from: 0 }),
  metrics: object("an object of labels by metric"),
  window: wholeNumber(1),
};

/** Formats training progress as one line: step, averaged loss and metrics, speed and time left. */
export class ProgressLine {
  readonly #options: ProgressOptions;
  readonly #recent: { step: TrainStep; at: number }[] = [];

  constructor(options: ProgressOptions) {
    checkOptions("ProgressLine", options, rules);
    for (const [name, metric] of Object.entries(options.metrics ?? {}))
      checkObject("ProgressLine", `metrics.${name}`, metric, "{ label }", "label");
    this.#options = options;
  }

  /** Adds a step and returns the line. */
  add(step: TrainStep): string {
    checkObject("ProgressLine.add", "step", step, "a step of train", "step", "loss", "metrics", "milliseconds");
    const { totalSteps, tokensPerStep, metrics, window = 50 } = this.#options;
    this.#recent.push({ step, at: performance.now() });
    if (this.#recent.length > window) this.#recent.shift();
    const parts = [
      `step ${String(step.step).padStart(String(totalSteps).length)}/${totalSteps}`,
      `loss ${this.#mean((s) => s.loss).toFixed(3)}`,
    ];
    const shown = metrics ?? Object.fromEntries(Object.keys(step.metrics).map((name) => [name, { label: name }]));
    for (const [name, { label, percent }] of Object.entries(shown) as [
      string,
      { label: string; percent?: boolean },
    ][]) {
      const value = this.#mean((s) => s.metrics[name] ?? NaN);
      parts.push(`${escapeControls(label)} ${percent ? `${(100 * value).toFixed(1)} %` : value.toFixed(3)}`);
    }
    const millisecondsPerStep = this.#millisecondsPerStep();
    if (tokensPerStep !== undefined)
      parts.push(`${Math.round((1000 * tokensPerStep) / millisecondsPerStep).toLocaleString("en-US")} tokens/s`);
    parts.push(`${duration(((totalSteps - step.step) * millisecondsPerStep) / 1000)} left`);
    return parts.join("  ");
  }

  #mean(value: (step: TrainStep) => number): number {
    return this.#recent.reduce((sum, { step }) => sum + value(step), 0) / this.#recent.length;
  }

  #millisecondsPerStep(): number {
    const [first] = this.#recent;
    const last = this.#recent.at(-1)!;
    if (first === undefined || first === last) return last.step.milliseconds;
    return (last.at - first.at) / (this.#recent.length - 1);
  }
}

/** 75 → "1:15" */
function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const rest = String(whole % 60).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes}:${rest}`
    : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
}
