/** A label and its probability. */
export interface TokenLabel {
  readonly label: string;
  readonly score: number;
}

/** The most probable label of token `token`, from the probabilities [tokens · labels] of one row. */
export function bestLabel(probabilities: Float32Array, token: number, labels: readonly string[]): TokenLabel {
  const own = probabilities.subarray(token * labels.length, (token + 1) * labels.length);
  const best = own.reduce((best, value, label) => (value > own[best]! ? label : best), 0);
  return { label: labels[best]!, score: own[best]! };
}
