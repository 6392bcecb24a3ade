import { expect, it } from "vitest";
import { checkJsonDepth } from "./json-depth.ts";

it("counts brackets and braces outside of strings", () => {
  expect(() => checkJsonDepth("[".repeat(64))).not.toThrow();
  expect(() => checkJsonDepth("[".repeat(65))).toThrow("nested deeper than 64 at position 64");
  expect(() => checkJsonDepth('{"a":'.repeat(65))).toThrow(SyntaxError);
  expect(() => checkJsonDepth("[],".repeat(100))).not.toThrow();
  expect(() => checkJsonDepth(`["${"[".repeat(100)}\\"${"[".repeat(100)}"]`)).not.toThrow();
  expect(() => checkJsonDepth('["unfinished')).not.toThrow();
});
