import { createReadStream } from "node:fs";
import {
  collect,
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

/** Reads labeled comments and holds some out: the same fraction of those with and without labels. */
export async function readExamples(
  { data, format, limit, heldOut }: Options & { data: string },
  rng: Rng,
): Promise<Examples> {
  const labels = format === "jigsaw" ? jigsawLabels : goEmotionsLabels;
  const read = format === "jigsaw" ? readJigsaw : readGoEmotions;
  const rows = await collect(
    take<{ text: string; labels: number[] | undefined }>(read(createReadStream(data), { file: data }), limit),
  );
  const examples = rows.map(({ text, labels: row }): ClassificationExample => {
    if (row === undefined)
      throw new UsageError(`--data: ${data} has no label columns. Pass the challenge's train.csv.`);
    return { input: text, label: labels.filter((_, i) => row[i] === 1) };
  });
  if (examples.length < 10)
    throw new UsageError(`--data: ${data} has ${examples.length} comments, too few to train on and hold some out.`);
  const fraction = heldOut < 1 ? heldOut : heldOut / examples.length;
  if (fraction > 0.9)
    throw new UsageError(`--held-out: ${heldOut} of ${examples.length} comments leave too few to train on.`);
  const split = await splitHoldout(examples, {
    fraction,
    random: () => rng.random(),
    by: ({ label }) => String((label as string[]).length > 0),
  });
  return { labels, training: split.train, heldOut: split.holdout };
}
