import { type LabelScore, labelsAbove } from "@bertkit/heads";
import { escapeControls } from "@bertkit/nn";
import { textClassification } from "../inference/text-classification.ts";
import type { CommandOptions } from "./command-options.ts";
import { inputBatches } from "./input-lines.ts";
import { LineCount } from "./line-count.ts";
import { loadModel } from "./load-model.ts";
import type { Terminal } from "./terminal.ts";

/** Prints the labels of every non-blank line of the files, or of standard input, with scores, and the line. */
export async function classifyCommand(options: CommandOptions, { stdin, stdout, stderr }: Terminal): Promise<void> {
  const { operands, topK, json } = options;
  const model = await loadModel(options);
  try {
    const classify = textClassification(model);
    const problem = model.classifier!.problem;
    const shown = (scores: LabelScore[]): LabelScore[] => {
      if (topK !== undefined) return scores.slice(0, topK);
      return problem === "single-label" ? scores.slice(0, 1) : problem === "multi-label" ? labelsAbove(scores) : scores;
    };
    const count = new LineCount(stdout, stderr);
    for await (const lines of inputBatches(operands, stdin, 1024)) {
      const results = await classify(lines);
      lines.forEach((text, i) => {
        const labels = shown(results[i]!);
        if (json) return stdout.write(`${escapeControls(JSON.stringify({ text, labels }))}\n`);
        const words = labels.map(({ label, score }) => `${escapeControls(label)} ${score.toFixed(4)}`).join(", ");
        stdout.write(`${words || "-"}\t${escapeControls(text)}\n`);
      });
      count.add(lines.length);
    }
    count.end();
  } finally {
    model.dispose();
  }
}
