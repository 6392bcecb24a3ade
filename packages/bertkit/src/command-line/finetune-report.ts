import { escapeControls } from "@bertkit/nn";
import { ProgressLine } from "@bertkit/training";
import type { EpochScores } from "../fine-tuning/epoch-scores.ts";
import type { FineTuningResult } from "../fine-tuning/fine-tune-options.ts";
import type { RunFolder } from "../run/run-folder.ts";
import type { Task } from "./data/task.ts";
import { quotedPath } from "./quoted-path.ts";
import { scoresText } from "./scores-text.ts";
import type { Terminal } from "./terminal.ts";

/** Shows progress: one line that is updated on a terminal; elsewhere a new line every 30 seconds. */
export function progressOf({ stderr }: Terminal): {
  step: (step: Parameters<ProgressLine["add"]>[0] & { totalSteps: number }) => void;
  clear: () => void;
} {
  let line: ProgressLine | undefined;
  let next = performance.now() + 10_000;
  const live = stderr.isTTY === true;
  return {
    step(step) {
      line ??= new ProgressLine({ totalSteps: step.totalSteps });
      const text = line.add(step);
      if (live) stderr.write(`\r${text}\u001b[K`);
      else if (performance.now() >= next) {
        stderr.write(`${text}\n`);
        next = performance.now() + 30_000;
      }
    },
    clear() {
      if (live) stderr.write("\r\u001b[K");
    },
  };
}

export function epochLine({ epoch, loss, scores = {} }: EpochScores, epochs: number): string {
  return `epoch ${epoch}/${epochs}  loss ${loss.toFixed(4)}  ${scoresText(scores)}`;
}

/** The lines that are printed after training. */
export function closing(task: Task, out: string, { epochs, best }: FineTuningResult): string[] {
  const scores = epochs.find(({ epoch }) => epoch === best)?.scores ?? {};
  const use = {
    classify: "classify --model OUT < lines.txt",
    ner: "ner --model OUT < lines.txt",
    answer: 'answer --model OUT "A question?" < text.txt',
    choose: "predict --model OUT --data FILE",
    rank: 'rank --model OUT "a query" < lines.txt',
    embed: "features --model OUT < lines.txt",
  };
  return [
    `saved in ${out}, as of epoch ${best}: ${scoresText(scores)}`,
    `use it: bertkit ${use[task].replace("OUT", quotedPath(out))}`,
  ];
}

/**
 * A sentence about what a stopped run has saved.
 *
 * @param fresh whether the command had --fresh, which would discard it
 */
export function whatIsSaved(run: RunFolder, stage: string, fresh: boolean): string {
  const progress = run.progress.get(stage);
  if (progress === undefined) return "Nothing is saved yet; the same command starts from the beginning.";
  const command = fresh ? "The same command without --fresh" : "The same command";
  return `Saved in ${escapeControls(run.path)}: ${progress}. ${command} resumes from there.`;
}
