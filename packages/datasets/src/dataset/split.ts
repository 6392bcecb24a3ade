import { checkObject, checkOptions } from "@bertkit/checks";
import { DatasetError } from "../dataset-error.ts";
import { randomInteger } from "../iterables/random-integer.ts";
import { splitRules } from "../option-rules.ts";
import { type DatasetParts, withoutFirst } from "./pass.ts";
import { requireEnd } from "./require-end.ts";
import { seededRandom } from "./seeded-random.ts";

export interface SplitOptions<Item> {
  readonly seed: number;
  /** Stratifies: each part gets the same fraction of each group, such as each label, to within one or two items. */
  readonly by?: (item: Item) => string | number;
}

const where = "Dataset.split";

/**
 * Random parts of a dataset by fractions, each in the dataset's order. Reads the dataset once to assign items to parts
 * and keeps only the assignment; each part reads the first pass of the dataset again.
 */
export async function split<Item, Name extends string>(
  parts: DatasetParts<Item>,
  fractions: Readonly<Record<Name, number>>,
  options: SplitOptions<Item>,
): Promise<Record<Name, DatasetParts<Item>>> {
  checkOptions(where, options, splitRules);
  const { seed, by } = options;
  checkObject(where, "fractions", fractions, "{ train: 0.9, dev: 0.1 }");
  const names = Object.keys(fractions) as Name[];
  checkFractions(names.map((name) => fractions[name]));
  requireEnd(parts, where, "Split before repeat.");
  const groups = new Map<string | number | undefined, number[]>();
  let count = 0;
  for await (const item of parts.open({ epoch: 0, skip: 0 })) {
    const key = by?.(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [count++]);
    else group.push(count++);
  }
  const partOf = new Uint8Array(count);
  const sizes = names.map(() => 0);
  const owed = names.map(() => 0); // how many items each part lacks, over all groups so far
  const random = seededRandom(seed, 0);
  for (const group of groups.values()) {
    for (let i = 0; i < group.length; i++) {
      const other = i + randomInteger(where, random, group.length - i);
      [group[i], group[other]] = [group[other]!, group[i]!];
      names.forEach((name, part) => (owed[part]! += fractions[name]));
      const part = owed.reduce((most, value, i) => (value > owed[most]! + 1e-9 ? i : most), 0);
      owed[part]!--;
      sizes[part]!++;
      partOf[group[i]!] = part;
    }
  }
  const result = {} as Record<Name, DatasetParts<Item>>;
  names.forEach((name, part) => {
    const open = ({ skip }: { skip: number }): AsyncIterable<Item> =>
      withoutFirst(membersOf(parts, partOf, part), skip);
    result[name] = { name: `${parts.name}, ${name}`, size: sizes[part], open };
  });
  return result;
}

async function* membersOf<Item>(
  parts: DatasetParts<Item>,
  partOf: Uint8Array,
  part: number,
): AsyncGenerator<Item, void, undefined> {
  let index = 0;
  for await (const item of parts.open({ epoch: 0, skip: 0 })) if (partOf[index++] === part) yield item;
  if (index === partOf.length) return;
  throw new DatasetError(
    where,
    `${parts.name} had ${partOf.length} items when it was split, and has ${index} now. Split it again.`,
  );
}

function checkFractions(fractions: readonly number[]): void {
  const total = fractions.reduce((sum, fraction) => sum + fraction, 0);
  if (
    fractions.length > 1 &&
    fractions.length <= 256 &&
    fractions.every((fraction) => fraction > 0) &&
    Math.abs(total - 1) < 1e-9
  )
    return;
  throw new DatasetError(
    where,
    `fractions must be two or more positive numbers with sum 1, got ${fractions.slice(0, 20).join(", ")}. Pass { train: 0.9, dev: 0.1 }.`,
  );
}
