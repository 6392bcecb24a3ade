import { shown } from "@bertkit/checks";

/** A text, or a pair of texts, encoded as "[CLS] text [SEP] pair [SEP]". */
export type PipelineInput = string | readonly [text: string, pair: string];

/** @throws TypeError unless a value is a text */
export function checkOneText(where: string, name: string, value: unknown): asserts value is string {
  if (typeof value !== "string")
    throw new TypeError(`${where}: ${name} must be a text, got ${shown(value)}. Pass a text.`);
}

/**
 * @param from the index of the first one among all
 * @throws TypeError with the index of the first that is not a text
 */
export function checkEachText(where: string, name: string, values: readonly unknown[], from = 0): void {
  for (const [i, value] of values.entries())
    if (typeof value !== "string")
      throw new TypeError(`${where}: ${name}[${from + i}] must be a text, got ${shown(value)}. Omit it, or pass "".`);
}

/** The same for texts and pairs. */
export function checkEachInput(where: string, values: readonly unknown[], from = 0): void {
  for (const [i, value] of values.entries()) {
    const texts: readonly unknown[] = Array.isArray(value) && value.length === 2 ? value : [value];
    for (const text of texts)
      if (typeof text !== "string")
        throw new TypeError(
          `${where}: texts[${from + i}] must be a text or a pair of texts, got ${shown(texts.length === 2 ? text : value)}${texts.length === 2 ? " in a pair" : ""}. Omit it, or pass "".`,
        );
  }
}

/** @throws TypeError unless a value is a list, or an async iterable */
export function checkMany(where: string, name: string, value: unknown): void {
  if (Array.isArray(value) || isStream(value)) return;
  throw new TypeError(
    `${where}: ${name} must be a text, a list of texts or an async iterable of texts, got ${shown(value)}. Pass [...${name}] for another kind of list.`,
  );
}

export function isStream<Item>(value: unknown): value is AsyncIterable<Item> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
