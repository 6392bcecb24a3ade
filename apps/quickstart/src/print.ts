import { setImmediate } from "node:timers/promises";
import { CheckpointError } from "@bertkit/checkpoints";
import { escapeControls } from "@bertkit/nn";
import { RunFolderError } from "bertkit/node";

import { UsageError } from "./options.ts";
import type { PretrainingPlan } from "./recipe.ts";

let headings = 0;

/** Prints the number and title of the next step. */
export async function heading(title: string): Promise<void> {
  console.log(`\n${++headings}. ${title}`);
  await setImmediate(); // lets a signal that arrived while the thread was busy take effect
}

export function planned({ steps, batchSize, sequenceLength }: PretrainingPlan): string {
  return `${number(steps)} steps of ${batchSize} × ${sequenceLength} tokens`;
}

export function number(value: number): string {
  return value.toLocaleString("en-US");
}

/** Prints an error in one line with what is saved, or a bug with its stack, and returns the exit code. */
export function failed(error: unknown, saved: string): number {
  if (error instanceof UsageError || RunFolderError.isInstance(error)) {
    console.error(`quickstart: ${escapeControls((error as Error).message)} See --help.`);
    return 2;
  }
  if (!CheckpointError.isInstance(error)) {
    console.error(
      String((error as Error).stack)
        .split("\n")
        .map(escapeControls)
        .join("\n"),
    );
    return 1;
  }
  console.error(`quickstart: ${escapeControls(error.message)} ${saved}`);
  return 1;
}
