import { readLines } from "@bertkit/datasets";
import { classifyTexts, type SequenceClassifier } from "@bertkit/heads";
import { escapeControls } from "@bertkit/nn";
import type { Tokenizer } from "@bertkit/tokenizer";

/** Reads comments from stdin, one per line, and prints for each the labels above 0.5, or the most probable one. */
export async function classifyLines(
  classifier: SequenceClassifier,
  tokenizer: Tokenizer,
  maxLength: number,
): Promise<void> {
  if (process.stdin.isTTY) console.log("type a comment and press Enter; Ctrl-D ends");
  for await (const line of readLines(process.stdin.setEncoding("utf8"))) {
    if (line.trim() === "") continue;
    const [scores] = await classifyTexts(classifier, tokenizer, [line], { maxLength });
    const sorted = scores!.toSorted((a, b) => b.score - a.score);
    const above = sorted.filter(({ score }) => score > 0.5);
    const shown = above.length > 0 ? above : sorted.slice(0, 1);
    const named = shown.map(({ label, score }) => `${escapeControls(label)} ${(100 * score).toFixed(1)} %`).join(", ");
    console.log(`${above.length > 0 ? "" : "none; most probable "}${named}\t${escapeControls(line)}`);
  }
}
