/**
 * Number of traces that determine how values depend on the dynamic axes: five more than an expression has terms, as a
 * check.
 */
const samples = 8;
const spread = 7;

/**
 * Sizes at which to trace: small numbers for every dynamic axis, never 1, never equal for two axes, and in unrelated
 * order, so that dependence on one axis cannot be mistaken for dependence on another. If the example is long enough,
 * all are below its size, which may be the maximum that the function accepts.
 *
 * @param example the size of each dynamic axis in the example inputs
 * @returns one list of sizes for each trace; without dynamic axes, a single empty list
 */
export function sampleSizes(example: readonly number[]): number[][] {
  if (example.length === 0) return [[]];
  const lowest = example.map((size) => (size > spread + 2 ? size - spread : 2));
  const chosen = new Map<string, number[]>();
  const wanted = example.length === 1 ? spread - 1 : samples;
  let state = 1;
  for (let tries = 0; tries < 10_000 && chosen.size < wanted; tries++) {
    const sizes = lowest.map((low) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0; // Numerical Recipes' generator
      return low + ((state >>> 16) % spread);
    });
    if (new Set(sizes).size === sizes.length) chosen.set(sizes.join(), sizes);
  }
  return [...chosen.values()];
}
