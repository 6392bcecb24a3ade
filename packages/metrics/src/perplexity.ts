import { MetricError } from "./metric-error.ts";

/** exp of the mean loss in nats a token: over how many tokens a model is as unsure as a fair draw. */
export function perplexity(meanLoss: number): number {
  if (!(meanLoss >= 0)) {
    throw new MetricError(
      `perplexity: meanLoss must be 0 or more, got ${meanLoss}. Pass the mean negative log likelihood of a token, in nats.`,
    );
  }
  return Math.exp(meanLoss);
}
