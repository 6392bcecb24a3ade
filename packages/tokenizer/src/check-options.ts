import { memoize } from "./memoize.ts";

// The package's own small form of @bertkit/checks: every page that encodes text loads it.

/** What messages call a kind of value. */
const words: Readonly<Record<string, string>> = {
  boolean: "boolean",
  string: "a text",
  normalizing: "one of @bertkit/tokenizer/dialects",
};

/** The kinds of each option, of a function's kinds in one text. */
const parsed: (kinds: string) => Map<string, readonly string[]> = memoize(
  (kinds) =>
    new Map(
      kinds.split(" ").map((option) => {
        const [name, ...allowed] = option.split(/[:|]/);
        return [name!, allowed];
      }),
    ),
);

/**
 * Checks options before anything is done with them; undefined is as if left out.
 *
 * @param kinds what each option may be, "name:kind|kind name:kind": what `typeof` gives, "normalizing" for a dialect,
 *   the least of whole numbers, or a value; no kind if that is checked elsewhere
 * @throws TypeError for an option that there is none of, or of another type; RangeError for another value
 */
export function checkOptions(where: string, options: object, kinds: string): void {
  if (typeof options !== "object" || !options) reject(TypeError, where, "the options", "an object", options);
  const known = parsed(kinds);
  for (const name in options) {
    const allowed = known.get(name);
    if (!allowed) reject(TypeError, where, "an option", `one of ${[...known.keys()].join(" ")}`, name);
    const value = (options as Record<string, unknown>)[name];
    if (value !== undefined && !allowed.some((kind) => isOf(kind, value)))
      reject(
        (allowed[0] as string) in words ? TypeError : RangeError,
        where,
        name,
        allowed.map((kind) => words[kind] ?? (+kind >= 0 ? `a whole number of at least ${kind}` : kind)).join(" or "),
        value,
      );
  }
}

function isOf(kind: string, value: unknown): unknown {
  return (
    !kind ||
    value === kind ||
    typeof value === kind ||
    (kind in words && (value as Record<string, unknown> | null)?.[kind]) ||
    (Number.isSafeInteger(value) && (value as number) >= +kind)
  );
}

/**
 * A text would be taken letter by letter.
 *
 * @param is what an item must be, for the message; a text by default
 * @throws TypeError unless a value is an array of such items; names the first that is none by its index
 */
export function checkArray<Item = unknown>(
  where: string,
  name: string,
  value: unknown,
  is: string = words["string"]!,
  holds: (item: Item) => unknown = isText,
): void {
  if (!Array.isArray(value)) reject(TypeError, where, name, "an array, such as [text]", value);
  value.forEach((item: Item, i) => holds(item) || reject(TypeError, where, `${name}[${i}]`, is, item));
}

/** @throws TypeError unless a value is a text */
export function checkText(where: string, name: string, value: unknown): void {
  if (!isText(value)) reject(TypeError, where, name, words["string"]!, value);
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

/** Throws an error that says what must be what, and what it is. */
export function reject(kind: ErrorConstructor, where: string, what: string, must: string, got: unknown): never {
  throw new kind(`${where}: ${what} must be ${must}, got ${String(got).slice(0, 60)}.`);
}
