import { createReadStream } from "node:fs";
import {
  collect,
  DatasetError,
  goEmotionsLabels,
  jigsawLabels,
  readGoEmotions,
  readJigsaw,
  splitHoldout,
  take,
} from "@bertkit/datasets";
import type { ClassificationExample } from "@bertkit/heads";
import type { Rng } from "@bertkit/nn";

import { UsageError, type Options } from "./options.ts";

export interface Examples {
  labels: readonly string[];
  training: ClassificationExample[];
  heldOut: ClassificationExample[];
}

/**
 * Reads labeled comments and holds some out: the same fraction of those with and without labels, or from 1 on exactly that
 * number.
 */
export async function readExamples(
  { data, format, limit, heldOut }: Options & { data: string },
  rng: Rng,
): Promise<Examples> {
  const labels = format === "jigsaw" ? jigsawLabels : goEmotionsLabels;
  const read = format === "jigsaw" ? readJigsaw : readGoEmotions;
  const rows = await collect(
    take<{ text: string; labels: number[] | undefined }>(read(createReadStream(data), { file: data }), limit),
  ).catch((error: unknown) => {
    throw DatasetError.isInstance(error) ? withCure(error, format) : error;
  });
  const examples = rows.map(({ text, labels: row }): ClassificationExample => {
    if (row === undefined)
      throw new UsageError(`--data: ${data} has no label columns. Pass the challenge's train.csv.`);
    return { input: text, label: labels.filter((_, i) => row[i] === 1) };
  });
  if (examples.length < 10)
    throw new UsageError(`--data: ${data} has ${examples.length} comments, too few to train on and hold some out.`);
  if (heldOut > 0.9 * examples.length || examples.length - heldOut < 2)
    throw new UsageError(`--held-out: ${heldOut} of ${examples.length} comments leave too few to train on.`);
  const random = () => rng.random();
  if (heldOut < 1) {
    const split = await splitHoldout(examples, { fraction: heldOut, random, by: isLabeled });
    return { labels, training: split.train, heldOut: split.holdout };
  }
  const groups = [...new Set(examples.map(isLabeled))].map((key) =>
    examples.filter((example) => isLabeled(example) === key),
  );
  const counts = heldOutCounts(
    groups.map(({ length }) => length),
    heldOut,
  );
  const held = new Set<ClassificationExample>();
  for (const [i, group] of groups.entries()) {
    if (counts[i] === 0) continue;
    const { holdout } = await splitHoldout(group, { fraction: counts[i]! / group.length, random });
    for (const example of holdout) held.add(example);
  }
  return {
    labels,
    training: examples.filter((example) => !held.has(example)),
    heldOut: examples.filter((example) => held.has(example)),
  };
}

/** The error with a cure that this program has: the readers' are for programs. */
function withCure(error: DatasetError, format: Options["format"]): DatasetError {
  const text = error.message
    .replace(/^[\w.]+: /, "")
    .replace(/[,;] or skip such(?: \w+)? with onBadRow\./, ".")
    .replace(/Pass \{ encoding: .*? or save it as UTF-8/, "Save it as UTF-8")
    .replace(/: pass \{ separator: .*? \} to readCsv\./, ".");
  const lacksColumn = ["id", "comment_text"].includes(error.column as string) && text.includes("the columns are ");
  const isOther = format === "jigsaw" ? lacksColumn : / columns \(.*but /.test(text);
  const question = isOther ? ` Is it --format ${format === "jigsaw" ? "goemotions" : "jigsaw"}?` : "";
  return new DatasetError("--data", `${text}${question}`, {}, error);
}

function isLabeled({ label }: ClassificationExample): string {
  return String((label as string[]).length > 0);
}

/**
 * How many to hold out of each of two groups, or one, so that it is exactly `total`: in proportion to their sizes, by the
 * largest remainder, but one of each if possible, and never a whole group.
 */
export function heldOutCounts(sizes: readonly number[], total: number): number[] {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  const shares = sizes.map((size) => (total * size) / all);
  const counts = shares.map((share, i) => Math.max(Math.floor(share), total >= sizes.length && sizes[i]! > 1 ? 1 : 0));
  const byRemainder = [...sizes.keys()].sort((a, b) => shares[b]! - counts[b]! - (shares[a]! - counts[a]!));
  let left = total - counts.reduce((sum, count) => sum + count, 0);
  for (const i of byRemainder) {
    if (left === 0 || counts[i]! >= sizes[i]! - 1) continue;
    counts[i]!++;
    left--;
  }
  return counts;
}
