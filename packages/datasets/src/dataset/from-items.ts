import { checkList, checkOptions, callable, checkValue } from "@bertkit/checks";
import { DatasetError } from "../dataset-error.ts";
import type { AnyIterable } from "../iterables/any-iterable.ts";
import { datasetRules } from "../option-rules.ts";
import type { DatasetParts } from "./pass.ts";

/** Items: an array, an iterable of either kind, or a function that opens one for each pass. */
export type Items<Item> = AnyIterable<Item> | (() => AnyIterable<Item> | Promise<AnyIterable<Item>>);

export interface DatasetOptions {
  /** For messages, such as the file's name. Default "dataset". */
  readonly name?: string;
  /** Number of items in a pass, if known. A pass with another number throws at its end. */
  readonly size?: number;
}

/** Skips items of an array by index; reads anything else from its start. */
export function fromItems<Item>(items: Items<Item>, options: DatasetOptions): DatasetParts<Item> {
  checkOptions("Dataset.from", options, datasetRules);
  if (typeof items !== "function") checkList("Dataset.from", "items", items, "items");
  else checkValue("Dataset.from", "items", items, callable, "Pass a list, or a function that opens one.");
  const { name = "dataset", size } = options;
  let isSpent = false;
  return {
    name,
    size: size ?? (Array.isArray(items) ? items.length : undefined),
    open: async function* ({ skip }) {
      const opened = typeof items === "function" ? await items() : items;
      if (opened !== items) checkList("Dataset.from", "what the function opens", opened, "items");
      if (Array.isArray(opened)) {
        checkSize(name, size, opened.length);
        for (let i = skip; i < opened.length; i++) yield opened[i] as Item;
        return;
      }
      if (typeof items !== "function" && readsOnce(opened)) {
        if (isSpent) throw spent(name);
        isSpent = true;
      }
      let count = 0;
      for await (const item of opened) if (count++ >= skip) yield item;
      checkSize(name, size, count);
    },
  };
}

/** Generators, streams and responses can be read only once. */
export function readsOnce(items: unknown): boolean {
  if (typeof items !== "object" || items === null) return false;
  return "next" in items || "getReader" in items || "pipe" in items || "bodyUsed" in items;
}

export function spent(name: string): DatasetError {
  return new DatasetError(
    "Dataset",
    `${name} can be read only once, and was. Pass its path, or a function that opens it, () => createReadStream(path); or put cache() after it.`,
  );
}

function checkSize(name: string, size: number | undefined, count: number): void {
  if (size === undefined || size === count) return;
  throw new DatasetError(
    "Dataset.from",
    `${name} should have ${size} items, and has ${count}. Correct size, or omit it.`,
  );
}
