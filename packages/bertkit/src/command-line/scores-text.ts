import type { Scores } from "../fine-tuning/fine-tuning-task.ts";

/** "accuracy 0.9132  f1 0.9401" */
export function scoresText(scores: Scores): string {
  return Object.entries(scores)
    .map(([name, score]) => `${name} ${score.toFixed(4)}`)
    .join("  ");
}
