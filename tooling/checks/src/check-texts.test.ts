import { expect, expectTypeOf, it } from "vitest";
import { checkList, checkLists, checkObjects, checkText, checkTexts, type NoText } from "./index.ts";

it("accepts lists of texts, and rejects a text", () => {
  expect(() => checkTexts("f", "texts", ["a", ""])).not.toThrow();
  expect(() => checkTexts("f", "texts", "abc")).toThrow(
    new TypeError('f: texts must be a list of texts, got "abc". A text would be taken letter by letter: pass [text].'),
  );
  expect(() => checkTexts("f", "texts", ["a", null])).toThrow(
    new TypeError('f: texts[1] must be a text, got null. Leave it out, or pass "".'),
  );
  expect(() => checkTexts("f", "texts", new Set(["a"]))).toThrow(
    new TypeError("f: texts must be an array of texts, got a Set. Pass [...texts]."),
  );
  expect(() => checkTexts("f", "texts", undefined)).toThrow(/got undefined\. Pass a list\./);
});

it("accepts any iterable as a list", () => {
  for (const list of [[], new Set(), new Map().values(), (async function* () {})()])
    expect(() => checkList("f", "items", list, "items")).not.toThrow();
  for (const none of ["abc", 5, {}, null, () => []])
    expect(() => checkList("f", "items", none, "items")).toThrow(/^f: items must be a list of items, got /);
});

it("names the argument that should be a text", () => {
  expect(() => checkText("f", "text", "")).not.toThrow();
  expect(() => checkText("f", "text", null)).toThrow(new TypeError("f: text must be a text, got null. Pass a text."));
});

it("has a type that rejects a text", () => {
  expectTypeOf<string[]>().toExtend<Iterable<string> & NoText>();
  expectTypeOf<Set<string>>().toExtend<Iterable<string> & NoText>();
  expectTypeOf<Generator<string>>().toExtend<Iterable<string> & NoText>();
  expectTypeOf<string>().not.toExtend<Iterable<string> & NoText>();
});

it("rejects a typed array where items are texts, objects or lists", () => {
  for (const check of [checkTexts, checkObjects, checkLists])
    expect(() => check("f", "rows", new Int32Array(0), "things")).toThrow(
      /f: rows must be an array of .*, got a Int32Array/,
    );
});

it("names a hole of an array", () => {
  const holed = ["a", "b"];
  delete holed[0];
  expect(() => checkTexts("f", "texts", holed)).toThrow("f: texts[0] must be a text, got undefined.");
  expect(() => checkObjects("f", "rows", holed, "a row")).toThrow("f: rows[0] must be a row, got undefined.");
  expect(() => checkLists("f", "lists", holed, "numbers")).toThrow(
    "f: lists[0] must be a list of numbers, got undefined.",
  );
});
