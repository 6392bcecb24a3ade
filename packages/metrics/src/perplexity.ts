import { shown } from "@bertkit/checks";
import { MetricError } from "./metric-error.ts";

/** exp of the mean loss per token in nats: a model that is uniform over n tokens has perplexity n. */
export function perplexity(meanLoss: number): number {
  if (typeof meanLoss !== "number" || !(meanLoss >= 0)) {
    throw new MetricError(
      `perplexity: meanLoss must be 0 or more, got ${shown(meanLoss)}. Pass the mean negative log likelihood of a token, in nats.`,
    );
  }
  return Math.exp(meanLoss);
}
