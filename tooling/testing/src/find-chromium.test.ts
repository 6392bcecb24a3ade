import { expect, test } from "vitest";
import { chromiumMissing, findChromium } from "./find-chromium.mjs";

test("a named browser is taken, and no other in its place", () => {
  expect(findChromium({ BERTKIT_CHROMIUM: process.execPath })).toBe(process.execPath);
  expect(findChromium({ BERTKIT_CHROMIUM: "/nowhere/chrome", PATH: process.env["PATH"] })).toBeUndefined();
});

test("what is missing is said with the cure", () => {
  expect(chromiumMissing({})).toBe(
    "Chromium was not found, so the browser tests are skipped: run `apt-get install chromium`, or set BERTKIT_CHROMIUM=/path/to/chrome.",
  );
  expect(chromiumMissing({ BERTKIT_CHROMIUM: "/nowhere/chrome" })).toMatch(
    /^BERTKIT_CHROMIUM names no program \(\/nowhere\/chrome\), so/,
  );
});
