import { escapeControls } from "@bertkit/nn";
import { questionAnswering } from "../inference/question-answering.ts";
import type { Command } from "./command.ts";
import { lineOptions } from "./line-command.ts";
import { decoderOf } from "./decoder-of.ts";
import { loadModel } from "./load-model.ts";
import { countOption, flag } from "./options/option.ts";
import { optionsHelp } from "./options/options-help.ts";
import { parseOptions } from "./options/parse-options.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

const options = {
  topK: countOption("answers to print for each question (default 1)"),
  nullAnswers: flag("print (no answer) if the text seems not to have one; for models trained on SQuAD 2.0"),
  ...lineOptions,
};

/** Prints the answers to every question, from the text on standard input. */
export const answerCommand: Command = {
  name: "answer",
  operands: "--model FOLDER QUESTION...",
  summary: "answers from the text on standard input",
  help: `bertkit answer --model FOLDER QUESTION...: answers from the text on standard input

  bertkit answer --model my-model "Who led the team?" < text.txt

Options
${optionsHelp(options)}`,
  run: async (args, { stdin, stdout, stderr }) => {
    const { values, operands: questions } = parseOptions(args, options);
    const { topK = 1, json = false, nullAnswers = false } = values;
    if (questions.length === 0)
      throw new UsageError("answer needs a QUESTION, and the text to find its answer in on standard input");
    const model = await loadModel("answer", values, stderr);
    try {
      const ask = questionAnswering(model, { topK, nullAnswers });
      const context = await readAll(stdin, values.encoding);
      const found = await ask(questions.map((question) => ({ question, context })));
      questions.forEach((question, i) => {
        if (json) return stdout.write(`${escapeControls(JSON.stringify({ question, answers: found[i] }))}\n`);
        stdout.write(`${escapeControls(question)}\n`);
        for (const { score, text } of found[i]!)
          stdout.write(`  ${score.toFixed(4)}  ${escapeControls(text.replaceAll(/\s+/g, " ")) || "(no answer)"}\n`);
        if (found[i]!.length === 0) stdout.write("  (no answer)\n");
      });
    } finally {
      model.dispose();
    }
  },
};

async function readAll(stream: Terminal["stdin"], encoding: string | undefined): Promise<string> {
  const decode = decoderOf(undefined, encoding);
  let text = "";
  for await (const chunk of stream) text += typeof chunk === "string" ? chunk : decode(chunk);
  return text + decode();
}
