import { escapeControls } from "@bertkit/nn";
import type { Command } from "./command.ts";
import { dataFiles } from "./data/data-options.ts";
import { evaluationOptions, requireData, requireEffect, taskOptionsOf } from "./evaluation-options.ts";
import { loadModel } from "./load-model.ts";
import { choiceOption, textOption } from "./options/option.ts";
import { optionsHelp } from "./options/options-help.ts";
import { parseOptions, requireOption } from "./options/parse-options.ts";
import { requireFileName, requireFolderName, writeOutput } from "./output-file.ts";
import { kindOf } from "./tasks/kinds.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

const options = {
  ...evaluationOptions,
  as: choiceOption(["jsonl", "glue", "conll", "squad"], "format of the output, see above (default jsonl)"),
  out: textOption("FILE", "where to write (default: standard output); for squad, a folder"),
};

const help = `bertkit predict: predictions of a fine-tuned model for the examples of a file

  bertkit predict --model my-model --data new.csv
  bertkit predict --model my-model --data test.tsv --glue SST-2 --as glue --out SST-2.tsv
  bertkit predict --model my-model --data dev-v2.0.json --null-answers --as squad --out predictions

Labels are not needed, and are ignored.

${dataFiles}

Formats of the output
  jsonl    one JSON object per line
  glue     lines of index and prediction, as GLUE's server reads them
  conll    lines of word and tag
  squad    predictions.json, nbest_predictions.json and, with --null-answers, null_odds.json, as SQuAD's
           evaluation script reads them, in the folder --out

Options
${optionsHelp(options)}`;

/** Prints or writes a model's predictions for the examples of a file. */
async function run(args: readonly string[], { stdout, stderr }: Terminal): Promise<void> {
  const { values, operands } = parseOptions(args, options);
  requireOption("predict", "--model FOLDER", values.model);
  const file = requireOption("predict", "--data FILE", values.data);
  requireData("predict --data", values, operands);
  const { as: form = "jsonl", out } = values;
  if (form === "squad" && out === undefined)
    throw new UsageError("--as squad writes three files: name a folder with --out");
  if (form === "squad") requireFolderName(out!);
  else requireFileName(out);
  const model = await loadModel("predict", values, stderr);
  try {
    const kind = kindOf(
      model,
      taskOptionsOf(values, (line) => void stderr.write(`${escapeControls(line)}\n`)),
      values.task,
    );
    requireEffect(kind.name, file, values);
    if (
      (form === "glue" && kind.name !== "classify") ||
      (form === "conll" && kind.name !== "ner") ||
      (form === "squad" && kind.name !== "answer")
    )
      throw new UsageError(`--as ${form} is not a format for ${kind.name}, the task of this model. Use jsonl`);
    const { objects, lines = [], files = {} } = await kind.predict(file);
    if (objects.length === 0) throw new Error(`${file} has no ${kind.things}. Give a file with some.`);
    if (form === "squad") {
      for (const [name, content] of Object.entries(files))
        await writeOutput(`${out}/${name}`, `${JSON.stringify(content, undefined, 1)}\n`, stdout);
      stderr.write(`${escapeControls(out!)}: ${Object.keys(files).join(", ")}\n`);
      return;
    }
    const text = (form === "jsonl" ? objects.map((object) => escapeControls(JSON.stringify(object))) : lines)
      .map((line) => `${line}\n`)
      .join("");
    if (out === undefined) stdout.write(text);
    else await writeOutput(out, text, stdout);
  } finally {
    model.dispose();
  }
}

export const predictCommand: Command = {
  name: "predict",
  operands: "--model FOLDER --data FILE",
  summary: "predictions of a fine-tuned model for the examples of a file",
  help,
  run,
};
