import { type LabelScore, labelsAbove } from "@bertkit/heads";
import { escapeControls } from "@bertkit/nn";
import { textClassification } from "../pipelines/text-classification.ts";
import type { CommandOptions } from "./command-options.ts";
import { lineBatches } from "./line-batches.ts";
import { loadModel } from "./load-model.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/** Prints the labels of every non-blank line of standard input, with scores, and the line. */
export async function classifyCommand(options: CommandOptions, { stdin, stdout }: Terminal): Promise<void> {
  const { operands, topK, json } = options;
  if (operands.length > 0)
    throw new UsageError(
      `classify reads lines from standard input, but got the argument ${JSON.stringify(operands[0])}`,
    );
  const model = await loadModel(options);
  try {
    const classify = textClassification(model);
    const problem = model.classifier!.problem;
    const shown = (scores: LabelScore[]): LabelScore[] => {
      if (topK !== undefined) return scores.slice(0, topK);
      return problem === "single-label" ? scores.slice(0, 1) : problem === "multi-label" ? labelsAbove(scores) : scores;
    };
    for await (const lines of lineBatches(stdin, 32)) {
      const results = await classify(lines);
      lines.forEach((text, i) => {
        const labels = shown(results[i]!);
        if (json) return stdout.write(`${escapeControls(JSON.stringify({ text, labels }))}\n`);
        const words = labels.map(({ label, score }) => `${escapeControls(label)} ${score.toFixed(4)}`).join(", ");
        stdout.write(`${words || "-"}\t${escapeControls(text)}\n`);
      });
    }
  } finally {
    model.dispose();
  }
}
