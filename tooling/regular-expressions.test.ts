// Texts and files may have any length and content, so no regular expression may take more than linear time.
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { maliciousRepeats, regularExpressions, searchAll } from "./regular-expressions.ts";

/** A text length for which linear expressions take milliseconds, and quadratic ones seconds. */
const characters = 32_000;
const maxCpuMilliseconds = 250;

const found = regularExpressions(fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, ""));

/**
 * The first repeated text that takes too long. Tries short texts first, on which only worse than quadratic expressions
 * are slow.
 */
function slowRepeat(expression: RegExp): string | undefined {
  for (const repeat of maliciousRepeats(expression))
    for (const end of ["", "\u0001"])
      for (const length of [500, characters]) {
        const text = repeat.repeat(Math.floor(length / repeat.length)) + end;
        const start = process.cpuUsage();
        searchAll(expression, text);
        const { user } = process.cpuUsage(start);
        if (user > 1000 * maxCpuMilliseconds) return `${JSON.stringify(repeat)} for ${length} characters`;
      }
  return undefined;
}

test("finds slow expressions", () => {
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
