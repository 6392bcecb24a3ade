import { Dataset } from "@bertkit/datasets";
import type { TrainableKind } from "./tasks/task-kind.ts";
import { UsageError } from "./usage-error.ts";

/** The examples to train on, and those held out: another file, or a fraction of the same one. */
export async function examplesOf(
  kind: TrainableKind,
  file: string,
  evaluation: string,
  seed: number,
): Promise<{ train: readonly unknown[]; held: readonly unknown[] }> {
  const { things, train: all } = kind;
  if (all.length === 0) throw new Error(`${file} has no ${things}. Give a file with some.`);
  const fraction = /^(?:0?\.\d+|\d+)$/.test(evaluation) ? Number(evaluation) : undefined;
  if (fraction === undefined) {
    const held = await kind.read(evaluation);
    if (held.length === 0) throw new Error(`${evaluation} has no ${things}. Give a file with some.`);
    return { train: all, held };
  }
  if (!(fraction > 0 && fraction < 1))
    throw new UsageError(`--eval must be a file, or a fraction between 0 and 1, got ${JSON.stringify(evaluation)}`);
  if (kind.train.length < 2)
    throw new UsageError("there are too few examples to hold some out: give a file with --eval");
  const { train, held } = await Dataset.from(kind.train).split(
    { train: 1 - fraction, held: fraction },
    { seed, by: (example) => kind.groupOf(example) },
  );
  const parts = { train: await train.toArray(), held: await held.toArray() };
  if (parts.train.length === 0 || parts.held.length === 0)
    throw new UsageError(
      `a fraction of ${fraction} leaves ${parts.train.length} examples to train on and ${parts.held.length} to score: give another fraction, or a file, with --eval`,
    );
  return parts;
}
