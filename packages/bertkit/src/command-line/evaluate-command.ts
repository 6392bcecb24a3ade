import { useBackend } from "@bertkit/backend";
import { escapeControls } from "@bertkit/nn";
import { fromPretrained } from "../model/from-pretrained.ts";
import { backendOf } from "./backend-flag.ts";
import type { Command } from "./command.ts";
import { dataFlags, dataOptions, dataUsage } from "./data/data-options.ts";
import { scoresText } from "./finetune-command.ts";
import { evaluateText, evaluateTextHelp } from "./evaluate-text.ts";
import { Flags, type FlagTable } from "./flags.ts";
import { kindOf } from "./tasks/kinds.ts";
import type { Terminal } from "./terminal.ts";

const help = `bertkit evaluate: how good a fine-tuned model is on examples with labels, or a pretrained one on text

  bertkit evaluate --model my-model --data test.csv

  --model FOLDER     a model with a head for a task, such as bertkit finetune saves
  --data FILE        the examples

${dataUsage}

  --length N         most tokens of a text (default 128, of questions with their texts 384)
  --null-answers     questions: "no answer" is one, for models trained on SQuAD 2.0
  --backend NAME     auto (default), node, webgpu, webgl, wasm or cpu
  --json             the scores as one JSON object

Without --data, the pretraining heads of a model on text:

${evaluateTextHelp}`;

export const evaluationFlags: FlagTable = {
  ...dataFlags,
  model: "text",
  data: "text",
  length: "text",
  "null-answers": "alone",
  "null-threshold": "text",
};

/** Prints what a model scores on the examples of a file. */
async function run(args: readonly string[], terminal: Terminal): Promise<void> {
  if (!args.some((arg) => arg === "--data" || arg.startsWith("--data="))) return evaluateText(args, terminal);
  const { stdout, stderr } = terminal;
  const flags = new Flags(args, { ...evaluationFlags, backend: "text", json: "alone" });
  const folder = flags.required("evaluate", "model", "FOLDER");
  const file = flags.required("evaluate", "data", "FILE");
  const options = evaluationOptions(flags, (line) => void stderr.write(`${escapeControls(line)}\n`));
  await useBackend(backendOf(flags));
  const model = await fromPretrained(folder);
  try {
    const kind = kindOf(model, options);
    const examples = await kind.read(file);
    if (examples.length === 0) throw new Error(`${file} has no ${kind.things}. Give a file with some.`);
    const scores = await kind.task.scores(examples);
    const written = flags.has("json")
      ? JSON.stringify({ [kind.things]: examples.length, ...scores })
      : `${examples.length} ${kind.things}  ${scoresText(scores)}`;
    stdout.write(`${written}\n`);
  } finally {
    model.dispose();
  }
}

/** What evaluating and predicting have in common. */
export function evaluationOptions(flags: Flags, tell: (line: string) => void): Parameters<typeof kindOf>[1] {
  return {
    ...dataOptions(flags),
    length: flags.number("length", { from: 8, whole: true }),
    batch: undefined,
    seed: 0,
    nullAnswers: flags.has("null-answers"),
    nullThreshold: flags.number("null-threshold", { from: -Number.MAX_VALUE }),
    tell,
  };
}

export const evaluateCommand: Command = {
  name: "evaluate",
  operands: "--model FOLDER --data FILE",
  summary: "how good a model is on examples with labels, or on text",
  help,
  run,
};
