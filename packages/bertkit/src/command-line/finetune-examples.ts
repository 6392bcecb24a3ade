import { Dataset } from "@bertkit/datasets";
import type { TrainableKind } from "./tasks/task-kind.ts";
import { UsageError } from "./usage-error.ts";

/** The fraction that --eval says; undefined if it is a file. */
export function heldOutFraction(evaluation: string): number | undefined {
  return /^(?:\d+(?:\.\d+)?|\.\d+)$/.test(evaluation) ? Number(evaluation) : undefined;
}

/** The examples to train on, and those held out: another file, or a fraction of the same one. */
export async function examplesOf(
  kind: TrainableKind,
  file: string,
  evaluation: string,
  seed: number,
): Promise<{ train: readonly unknown[]; heldOut: readonly unknown[] }> {
  const { things, train: all } = kind;
  if (all.length === 0) throw new Error(`${file} has no ${things}. Give a file with some.`);
  const fraction = heldOutFraction(evaluation);
  if (fraction === undefined) {
    const heldOut = await kind.read(evaluation);
    if (heldOut.length === 0) throw new Error(`${evaluation} has no ${things}. Give a file with some.`);
    return { train: all, heldOut };
  }
  if (!(fraction > 0 && fraction < 1))
    throw new UsageError(`--eval must be a file, or a fraction between 0 and 1, got ${JSON.stringify(evaluation)}`);
  if (kind.train.length < 2)
    throw new UsageError("one example cannot be split: give more, or a file of other examples with --eval");
  const { train, heldOut } = await Dataset.from(kind.train).split(
    { train: 1 - fraction, heldOut: fraction },
    { seed, by: (example) => kind.groupOf(example) },
  );
  const parts = { train: await train.toArray(), heldOut: await heldOut.toArray() };
  if (parts.train.length === 0 || parts.heldOut.length === 0)
    throw new UsageError(
      `a fraction of ${fraction} leaves ${parts.train.length} examples to train on and ${parts.heldOut.length} to score: give another fraction, or a file, with --eval`,
    );
  return parts;
}
