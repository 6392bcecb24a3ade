import { memoize } from "./memoize.ts";

// A small version of @bertkit/checks, because every page that encodes text loads it.

/** Names of kinds of values in messages. */
const words: Readonly<Record<string, string>> = {
  boolean: "boolean",
  string: "a text",
  normalizing: "one of @bertkit/tokenizer/dialects",
};

/** The parsed kinds of each option, by the text that lists them. */
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
 * Checks options before they are used; undefined is the same as omitted.
 *
 * @param kinds the kinds of each option, "name:kind|kind name:kind". A kind is a result of `typeof`, "normalizing" for
 *   a dialect, the minimum of whole numbers, or a value; none if the option is checked elsewhere
 * @throws TypeError for an unknown option or a wrong type; RangeError for a wrong value
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
 * Also rejects a single text, which a loop would take for a list of letters.
 *
 * @param is what an item must be, for the message; a text by default
 * @throws TypeError unless a value is an array of such items; names the first wrong item by its index
 */
export function checkArray<Item = unknown>(
  where: string,
  name: string,
  value: unknown,
  is: string = words["string"]!,
  holds: (item: Item) => unknown = isText,
): void {
  if (!Array.isArray(value)) reject(TypeError, where, name, "an array, such as [text]", value);
  // A copy has no holes, which forEach would skip.
  [...value].forEach((item: Item, i) => holds(item) || reject(TypeError, where, `${name}[${i}]`, is, item));
}

/** @throws TypeError unless a value is a text */
export function checkText(where: string, name: string, value: unknown): void {
  if (!isText(value)) reject(TypeError, where, name, words["string"]!, value);
}

export function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** @throws TypeError unless a value is a tokenizer */
export function checkTokenizer(where: string, value: { readonly parts: unknown }): void {
  if (!value?.parts) reject(TypeError, where, "tokenizer", "a Tokenizer", value);
}

/** Throws an error with the name, the expected and the actual value. */
export function reject(kind: ErrorConstructor, where: string, what: string, must: string, got: unknown): never {
  throw new kind(
    `${where}: ${what} must be ${must}, got ${Array.isArray(got) ? "an array" : Object(got) === got ? typeof got : String(got).slice(0, 60)}.`,
  );
}
