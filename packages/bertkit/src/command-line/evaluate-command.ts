import { escapeControls } from "@bertkit/nn";
import type { Command } from "./command.ts";
import { dataFiles } from "./data/data-options.ts";
import { evaluateText, evaluateTextHelp } from "./evaluate-text.ts";
import { evaluationOptions, requireData, requireEffect, taskOptionsOf } from "./evaluation-options.ts";
import { loadModel } from "./load-model.ts";
import { flag } from "./options/option.ts";
import { optionsHelp } from "./options/options-help.ts";
import { parseOptions, requireOption } from "./options/parse-options.ts";
import { scoresText } from "./scores-text.ts";
import { kindOf } from "./tasks/kinds.ts";
import type { Terminal } from "./terminal.ts";

const options = { ...evaluationOptions, json: flag("print the scores as one JSON object") };

const help = `bertkit evaluate: how good a fine-tuned model is on labeled examples, or a pretrained one on text

  bertkit evaluate --model my-model --data test.csv

${dataFiles}

Options
${optionsHelp(options)}
Without --data, evaluates the pretraining heads of a model on text:

${evaluateTextHelp}`;

/** Prints a model's scores on the examples of a file. */
async function run(args: readonly string[], terminal: Terminal): Promise<void> {
  if (!args.some((arg) => arg === "--data" || arg.startsWith("--data="))) return evaluateText(args, terminal);
  const { stdout, stderr } = terminal;
  const { values, operands } = parseOptions(args, options);
  const file = requireOption("evaluate", "--data FILE", values.data);
  requireData("evaluate --data", values, operands);
  const model = await loadModel("evaluate", values, stderr);
  try {
    const kind = kindOf(
      model,
      taskOptionsOf(values, (line) => void stderr.write(`${escapeControls(line)}\n`)),
      values.task,
    );
    requireEffect(kind.name, file, values);
    const examples = await kind.read(file);
    if (examples.length === 0) throw new Error(`${file} has no ${kind.things}. Give a file with some.`);
    const scores = await kind.task.scores(examples);
    const written =
      values.json === true
        ? JSON.stringify({ [kind.things]: examples.length, ...scores })
        : `${examples.length} ${kind.things}  ${scoresText(scores)}`;
    stdout.write(`${written}\n`);
  } finally {
    model.dispose();
  }
}

export const evaluateCommand: Command = {
  name: "evaluate",
  operands: "--model FOLDER --data FILE",
  summary: "how good a model is on labeled examples, or on text",
  help,
  run,
};
