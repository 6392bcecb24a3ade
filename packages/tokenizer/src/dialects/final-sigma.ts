export const CAPITAL_SIGMA = 0x3a3;
const FINAL_SIGMA = 0x3c2;
const SMALL_SIGMA = 0x3c3;
const caseIgnorable = /^\p{Case_Ignorable}$/u;
const cased = /^\p{Cased}$/u;

/**
 * Lowercase of the capital sigma at `index`: ς at the end of a word, else σ, as in Python's `str.lower`. A space is
 * neither cased nor ignorable, so the search never leaves the token. Cased and Case_Ignorable come from the runtime:
 * the only properties here whose Unicode version is not fixed.
 */
export function lowerSigma(points: readonly number[], index: number): number {
  let before = index - 1;
  while (before >= 0 && is(caseIgnorable, points[before]!)) before--;
  if (before < 0 || !is(cased, points[before]!)) return SMALL_SIGMA;
  let after = index + 1;
  while (after < points.length && is(caseIgnorable, points[after]!)) after++;
  return after < points.length && is(cased, points[after]!) ? SMALL_SIGMA : FINAL_SIGMA;
}

function is(property: RegExp, point: number): boolean {
  return property.test(String.fromCodePoint(point));
}
