import { standardErrorOfMean } from "@bertkit/metrics";

import type { FineTuned } from "./spam-classifier.ts";

/** Whether pretraining pays, and by how much: a sentence per tuning mode, for the first pretrained model. */
export function conclusion({ fineTuned }: { fineTuned: readonly FineTuned[] }): string[] {
  return (["encoder frozen", "everything tuned"] as const).flatMap((mode) => {
    const [pretrained, random] = [false, true].map((isRandom) =>
      fineTuned.find((one) => one.mode === mode && (one.start === "random weights") === isRandom),
    );
    if (pretrained === undefined || random === undefined) return [];
    const ahead = pretrained.draws.map((draw, i) => draw.accuracy - random.draws[i]!.accuracy);
    const difference = mean(ahead);
    const error = ahead.length > 1 ? standardErrorOfMean(ahead) : undefined;
    const [one, other] = [pretrained, random].map(({ draws }) => percent(mean(draws.map(({ accuracy }) => accuracy))));
    const points = `${Math.abs(100 * difference).toFixed(1)} points${error === undefined ? "" : ` ± ${(100 * error).toFixed(1)}`}`;
    const where = mode === "encoder frozen" ? "With the encoder frozen" : "With everything tuned";
    return [
      `${where}, ${verdict(difference, error)}: ${one} of the held-out mails are classified correctly from ${pretrained.start} weights, ${other} from random ones, ${points} ${difference >= 0 ? "more" : "fewer"}.`,
    ];
  });
}

/** A difference is significant above two standard errors. */
function verdict(difference: number, error: number | undefined): string {
  if (error === undefined || Math.abs(difference) <= 2 * error)
    return "the difference that pretraining makes may be chance";
  return difference > 0 ? "pretraining pays" : "pretraining does not pay";
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}
