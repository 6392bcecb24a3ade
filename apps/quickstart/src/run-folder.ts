import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { RunFolder } from "bertkit/node";

import type { Options } from "./options.ts";

/** The stages that save a state, with their names in messages. */
const stages = {
  "training-state": "pretraining",
  "further-training-state": "further pretraining",
  "fine-tuning-state": "fine-tuning",
} as const;

/** Opens the folder that a run writes to, with the interrupted run that it may hold. Throws as `RunFolder.open`. */
export function openRun({ out, recipe, seed, backend, fresh }: Options): Promise<RunFolder> {
  // Fine-tuning has settings of its own.
  const { fineTuning: _, text, furtherPretraining, ...pretraining } = recipe;
  return RunFolder.open(out, {
    stages: Object.keys(stages),
    settings: { ...pretraining, text, furtherPretraining, seed, backend },
    fresh,
    outputs: ["model/", "spam-classifier/", "report.html", "curves.svg", "results.json"],
  });
}

/** A description of what is saved; undefined if nothing is. */
export function describeProgress({ path, progress }: RunFolder): string | undefined {
  const isThere = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true; // somebody may have moved it
  if (progress.size === 0 || !isThere) return undefined;
  return Array.from(progress, ([name, how]) => `${stages[name as keyof typeof stages]}, ${how}`).join("; ");
}

/** The first 16 hexadecimal digits of a hash of the data: numbers and texts, also in nested lists. */
export function fingerprint(data: Iterable<unknown>): string {
  const hash = createHash("sha256");
  const add = (item: unknown): void => {
    if (ArrayBuffer.isView(item))
      hash.update(new Uint8Array(item.buffer, item.byteOffset, item.byteLength)).update(";");
    else if (Array.isArray(item)) item.forEach(add);
    else hash.update(`${JSON.stringify(item)};`);
  };
  for (const item of data) add(item);
  return hash.digest("hex").slice(0, 16);
}
