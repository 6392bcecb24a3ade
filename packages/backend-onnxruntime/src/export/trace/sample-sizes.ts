/** How many traces decide what depends on the dynamic axes: five more than the terms of an expression, which check it. */
const samples = 8;
const spread = 7;

/**
 * Sizes at which to trace: for every dynamic axis small numbers, never 1, never two axes alike, and in no common order,
 * so that what depends on one axis cannot be mistaken for what depends on another. Where the example is long enough
 * they are all below its own size, which may be the longest that the function takes.
 *
 * @param example the size of each dynamic axis in the example inputs
 * @returns one list of sizes for each trace; a single empty one without dynamic axes
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
