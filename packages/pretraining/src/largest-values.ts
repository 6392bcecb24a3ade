import { checkArray, checkValue, wholeNumber } from "@bertkit/checks";
/** The `count` largest values with their indices, in descending order; ties by index. */
export function largestValues(values: ArrayLike<number>, count: number): { id: number; score: number }[] {
  checkArray("largestValues", "values", values, "numbers");
  checkValue("largestValues", "count", count, wholeNumber(), "Pass how many to return.");
  const best: { id: number; score: number }[] = [];
  for (let id = 0; id < values.length; id++) {
    const score = values[id]!;
    if (best.length === count && !(score > best[count - 1]!.score)) continue;
    let place = best.length;
    while (place > 0 && best[place - 1]!.score < score) place--;
    best.splice(place, 0, { id, score });
    if (best.length > count) best.pop();
  }
  return best;
}
