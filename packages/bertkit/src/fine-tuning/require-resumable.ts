import type { LossScaler } from "@bertkit/training";
import type { FineTuningHistory } from "./fine-tune-options.ts";

type Settings = NonNullable<FineTuningHistory["settings"]>;

const names: Readonly<Record<keyof Settings, string>> = {
  rows: "the number of training rows",
  batchSize: "batchSize",
  smallestBatch: "the task's smallestBatch",
  seed: "seed",
  evaluation: "evaluation",
  mainScore: "the main score",
};

/**
 * Throws unless a run with these settings can resume from the history. The number of batches in a history means others
 * if the batches differ.
 *
 * @throws RangeError that names each setting that differs
 * @throws TypeError if only the saved run has a loss scaler
 */
export function requireResumable(saved: FineTuningHistory, now: Settings, lossScaler: LossScaler | undefined): void {
  if (saved.skipped !== undefined && lossScaler === undefined)
    throw new TypeError("fineTune: the saved run scales its loss. Pass a lossScaler to resume it, or remove the run.");
  const { settings } = saved;
  if (settings === undefined) return;
  const differing = (Object.keys(names) as (keyof Settings)[])
    .filter((name) => settings[name] !== undefined && now[name] !== undefined && settings[name] !== now[name])
    .map((name) => `${names[name]} was ${shown(settings[name])}, now it is ${shown(now[name])}`);
  if (differing.length > 0)
    throw new RangeError(
      `fineTune: the saved run had other settings: ${differing.join("; ")}. Resume it with the same, or remove the run.`,
    );
}

function shown(value: Settings[keyof Settings]): string {
  if (typeof value === "boolean") return value ? "given" : "missing";
  return JSON.stringify(value);
}
