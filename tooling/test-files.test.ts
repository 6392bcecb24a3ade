import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

/** Files without a test of their own: lists of exports, tables of option rules, tests and fixtures. */
const exempt = /(^|\/)(index|option-rules)\.ts$|\.test(-d)?\.ts$|__fixtures__\//;

it.each(["ops", "nn", "training"])("each module of %s has a test file beside it", (name) => {
  const folder = fileURLToPath(new URL(`../packages/${name}/src`, import.meta.url));
  const modules = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => file.endsWith(".ts") && !exempt.test(file));
  expect(modules.length).toBeGreaterThan(10);
  const untested = modules.filter(
    (file) =>
      hasCode(readFileSync(join(folder, file), "utf8")) && !existsSync(join(folder, file.replace(/\.ts$/, ".test.ts"))),
  );
  expect(untested).toEqual([]);
});

/** Whether a module exports more than types. */
function hasCode(source: string): boolean {
  return /^export (async )?(function|class|const|let)/m.test(source);
}
