// Texts and files may be of any length and hold anything, so no regular expression may take more than linear time on them.
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { hostileRepeats, regularExpressions, searchAll } from "./regular-expressions.ts";

/** Linear ones take some milliseconds for it, quadratic ones seconds. */
const characters = 32_000;
const mostCpuMilliseconds = 250;

const found = regularExpressions(fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, ""));

/** The repeat that takes too long, of those that it may; a short text first, on which only worse than quadratic ones do. */
function slowRepeat(expression: RegExp): string | undefined {
  for (const repeat of hostileRepeats(expression))
    for (const end of ["", "\u0001"])
      for (const length of [500, characters]) {
        const text = repeat.repeat(Math.floor(length / repeat.length)) + end;
        const start = process.cpuUsage();
        searchAll(expression, text);
        const { user } = process.cpuUsage(start);
        if (user > 1000 * mostCpuMilliseconds) return `${JSON.stringify(repeat)} for ${length} characters`;
      }
  return undefined;
}

test("the search finds the expressions that are slow", () => {
  expect(slowRepeat(/\s+$/)).toMatch(/32000/);
  expect(slowRepeat(/^\s+/)).toBeUndefined();
});

test(`no regular expression of the sources takes more than linear time (${found.length} of them)`, () => {
  expect(found.length).toBeGreaterThan(100);
  const slow = found.flatMap(({ place, expression }) => {
    const repeat = slowRepeat(expression);
    return repeat === undefined ? [] : [`${place} ${String(expression)}: ${repeat}`];
  });
  expect(slow).toEqual([]);
});
