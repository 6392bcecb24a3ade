import { expect, test } from "vitest";
import { chromiumMissing, findChromium } from "./find-chromium.mjs";

test("uses only the named browser", () => {
  expect(findChromium({ BERTKIT_CHROMIUM: process.execPath })).toBe(process.execPath);
  expect(findChromium({ BERTKIT_CHROMIUM: "/nowhere/chrome", PATH: process.env["PATH"] })).toBeUndefined();
});

test("says what is missing, and the fix", () => {
  expect(chromiumMissing({})).toBe(
    "Chromium was not found, so the browser tests are skipped: run `apt-get install chromium`, or set BERTKIT_CHROMIUM=/path/to/chrome.",
  );
  expect(chromiumMissing({ BERTKIT_CHROMIUM: "/nowhere/chrome" })).toMatch(
    /^BERTKIT_CHROMIUM is not a program \(\/nowhere\/chrome\), so/,
  );
});
