import { useBackend } from "@bertkit/backend";
import { writeFile } from "@bertkit/checkpoints";
import { localFolder } from "@bertkit/checkpoints/node";
import { escapeControls } from "@bertkit/nn";
import { basename, dirname } from "node:path";
import { fromPretrained } from "../model/from-pretrained.ts";
import { backendOf } from "./backend-flag.ts";
import type { Command } from "./command.ts";
import { dataUsage } from "./data/data-options.ts";
import { evaluationFlags, evaluationOptions } from "./evaluate-command.ts";
import { choice, Flags } from "./flags.ts";
import { kindOf } from "./tasks/kinds.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

const help = `bertkit predict: what a fine-tuned model says to the examples of a file

  bertkit predict --model my-model --data new.csv
  bertkit predict --model my-model --data test.tsv --glue SST-2 --as glue --out SST-2.tsv
  bertkit predict --model my-model --data dev-v2.0.json --null-answers --as squad --out predictions

  --model FOLDER     a model with a head for a task, such as bertkit finetune saves
  --data FILE        the examples; labels are not needed, and not looked at
  --as NAME          jsonl (default): one object a line
                     glue: lines of index and prediction, as GLUE takes them
                     conll: lines of word and tag
                     squad: predictions.json, nbest_predictions.json and with --null-answers null_odds.json, as
                     SQuAD's evaluation reads them, in the folder --out
  --out FILE         where to write (default: standard output; squad: a folder)

${dataUsage}

  --length N         most tokens of a text (default 128, of questions with their texts 384)
  --null-answers     questions: "no answer" is one, for models trained on SQuAD 2.0
  --null-threshold X questions: how much more likely "no answer" must be (default 0)
  --backend NAME     auto (default), node, webgpu, webgl, wasm or cpu
`;

/** Prints or writes what a model says to the examples of a file. */
async function run(args: readonly string[], { stdout, stderr }: Terminal): Promise<void> {
  const flags = new Flags(args, { ...evaluationFlags, backend: "text", as: "text", out: "text" });
  const folder = flags.required("predict", "model", "FOLDER");
  const file = flags.required("predict", "data", "FILE");
  const form = choice(flags, "as", ["jsonl", "glue", "conll", "squad"]) ?? "jsonl";
  const out = flags.text("out");
  if (form === "squad" && out === undefined)
    throw new UsageError("--as squad writes three files: name a folder with --out");
  const options = evaluationOptions(flags, (line) => void stderr.write(`${escapeControls(line)}\n`));
  await useBackend(backendOf(flags));
  const model = await fromPretrained(folder);
  try {
    const kind = kindOf(model, options);
    if (
      (form === "glue" && kind.name !== "classify") ||
      (form === "conll" && kind.name !== "ner") ||
      (form === "squad" && kind.name !== "answer")
    )
      throw new UsageError(`--as ${form} is not for this model, which is one for ${kind.name}`);
    const { objects, lines = [], files = {} } = await kind.predict(file);
    if (form === "squad") {
      for (const [name, content] of Object.entries(files))
        await write(`${out}/${name}`, `${JSON.stringify(content, undefined, 1)}\n`);
      stderr.write(`${escapeControls(out!)}: ${Object.keys(files).join(", ")}\n`);
      return;
    }
    const text = (form === "jsonl" ? objects.map((object) => escapeControls(JSON.stringify(object))) : lines)
      .map((line) => `${line}\n`)
      .join("");
    if (out === undefined) stdout.write(text);
    else await write(out, text);
  } finally {
    model.dispose();
  }
}

async function write(path: string, text: string): Promise<void> {
  await writeFile(localFolder(dirname(path)), basename(path), text);
}

export const predictCommand: Command = {
  name: "predict",
  operands: "--model FOLDER --data FILE",
  summary: "what a fine-tuned model says to the examples of a file",
  help,
  run,
};
