import { expect, it } from "vitest";
import { messageOf, shown } from "./index.ts";

class Film {
  readonly title = "";
}

const bare = Object.create(null) as object;

it.each([
  [undefined, "undefined"],
  [null, "null"],
  [10n, "10"],
  [Symbol("s"), "Symbol(s)"],
  ["x".repeat(99), `"${"x".repeat(60)}…"`],
  [() => 1, "a function"],
  [Film, "the class Film"],
  [bare, "an object"],
  [[bare], "a list of 1"],
  [new Date(), "a Date"],
])("shown %#", (value, text) => {
  expect(shown(value)).toBe(text);
});

it.each([
  [new RangeError("too far"), "too far"],
  ["stopped", "stopped"],
  [{ message: "of another realm" }, "of another realm"],
  [{ message: 5 }, "an object"],
  [bare, "an object"],
  [Symbol("s"), "Symbol(s)"],
  [undefined, "undefined"],
  [5n, "5"],
])("messageOf %#", (thrown, message) => {
  expect(messageOf(thrown)).toBe(message);
});
