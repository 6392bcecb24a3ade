import { type LabelScore, labelsAbove } from "@bertkit/heads";
import { escapeControls } from "@bertkit/nn";
import { textClassification } from "../inference/text-classification.ts";
import type { Command } from "./command.ts";
import { inputBatches } from "./input-lines.ts";
import { lineInput, lineOptions } from "./line-command.ts";
import { LineCount } from "./line-count.ts";
import { loadModel } from "./load-model.ts";
import { countOption } from "./options/option.ts";
import { optionsHelp } from "./options/options-help.ts";
import { parseOptions } from "./options/parse-options.ts";

const options = {
  topK: countOption("labels to print for each line (default: 1; for a multi-label model, all above 0.5)"),
  ...lineOptions,
};

/** Prints the labels of every non-blank line of the files, or of standard input, with scores, and the line. */
export const classifyCommand: Command = {
  name: "classify",
  operands: "--model FOLDER [FILE...]",
  summary: "labels every line",
  help: `bertkit classify --model FOLDER [FILE...]: labels every line

  bertkit classify --model my-model lines.txt

Prints each line's labels with scores, and the line.

Options
${optionsHelp(options)}
${lineInput}`,
  run: async (args, { stdin, stdout, stderr }) => {
    const { values, operands } = parseOptions(args, options);
    const { topK, json = false } = values;
    const model = await loadModel("classify", values, stderr);
    try {
      const classify = textClassification(model);
      const problem = model.classifier!.problem;
      const shown = (scores: LabelScore[]): LabelScore[] => {
        if (topK !== undefined) return scores.slice(0, topK);
        return problem === "single-label"
          ? scores.slice(0, 1)
          : problem === "multi-label"
            ? labelsAbove(scores)
            : scores;
      };
      const count = new LineCount(stdout, stderr);
      for await (const lines of inputBatches(operands, stdin, 1024, values)) {
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
  },
};
