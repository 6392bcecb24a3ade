import { checkList, checkOptions } from "@bertkit/checks";
import { holdoutRules } from "../option-rules.ts";
import type { AnyIterable } from "./any-iterable.ts";
import { type Random, randomInteger } from "./random-integer.ts";

export interface HoldoutOptions<Item> {
  /** The fraction to hold out, in (0, 1). */
  readonly fraction: number;
  readonly random: Random;
  /** Stratify: hold out the same fraction of each group, such as each label, so that a rare group is in both parts. */
  readonly by?: (item: Item) => string | number;
}

export interface Holdout<Item> {
  readonly train: Item[];
  readonly holdout: Item[];
}

/**
 * Splits items into two disjoint parts in the source's order, in memory. The number held out is fraction · n rounded
 * (per group with `by`), but at least one if a group has two or more items.
 */
export async function splitHoldout<Item>(
  items: AnyIterable<Item>,
  options: HoldoutOptions<Item>,
): Promise<Holdout<Item>> {
  checkOptions("splitHoldout", options, holdoutRules);
  checkList("splitHoldout", "items", items, "items");
  const { fraction, random, by } = options;
  const all: Item[] = [];
  const groups = new Map<string | number | undefined, number[]>();
  for await (const item of items) {
    const key = by?.(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [all.length]);
    else group.push(all.length);
    all.push(item);
  }
  const held = new Set<number>();
  for (const group of groups.values()) {
    const count = group.length < 2 ? 0 : Math.min(group.length - 1, Math.max(1, Math.round(fraction * group.length)));
    for (let i = 0; i < count; i++) {
      const other = i + randomInteger("splitHoldout", random, group.length - i); // the first `count` steps of Fisher–Yates
      [group[i], group[other]] = [group[other]!, group[i]!];
      held.add(group[i]!);
    }
  }
  return { train: all.filter((_, i) => !held.has(i)), holdout: all.filter((_, i) => held.has(i)) };
}
