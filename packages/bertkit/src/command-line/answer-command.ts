import { escapeControls } from "@bertkit/nn";
import { questionAnswering } from "../inference/question-answering.ts";
import type { Command } from "./command.ts";
import { decoderOf } from "./decoder-of.ts";
import { bytesOf, inputBatches } from "./input-lines.ts";
import { lineOptions } from "./line-command.ts";
import { LineCount } from "./line-count.ts";
import { loadModel } from "./load-model.ts";
import { countOption, flag, textOption } from "./options/option.ts";
import { optionsHelp } from "./options/options-help.ts";
import { parseOptions } from "./options/parse-options.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

const options = {
  text: textOption("FILE", "the text to find answers in (default: standard input)"),
  topK: countOption("answers to print for each question (default 1)"),
  nullAnswers: flag("print (no answer) if the text seems not to have one; for models trained on SQuAD 2.0"),
  ...lineOptions,
};

/** Prints the answers to every question, from a text. */
export const answerCommand: Command = {
  name: "answer",
  operands: "--model FOLDER QUESTION...",
  summary: "answers from the text on standard input, or of --text FILE",
  help: `bertkit answer --model FOLDER QUESTION...: answers from the text on standard input, or of --text FILE

  bertkit answer --model my-model "Who led the team?" < text.txt
  bertkit answer --model my-model --text text.txt < questions.txt

With --text and without QUESTION, questions are read from standard input, one a line; blank lines are skipped.

Options
${optionsHelp(options)}`,
  run: async (args, { stdin, stdout, stderr }) => {
    const { values, operands } = parseOptions(args, options);
    const { text: file = "-", topK = 1, json = false, nullAnswers = false, encoding } = values;
    if (operands.length === 0 && file === "-")
      throw new UsageError(
        "answer needs a QUESTION, and the text to find its answer in on standard input or in --text",
      );
    const model = await loadModel("answer", values, stderr);
    try {
      const ask = questionAnswering(model, { topK, nullAnswers, wholeWords: true });
      const context = await readAll(file === "-" ? stdin : bytesOf(file), file, encoding);
      const count = new LineCount(stdout, stderr);
      for await (const questions of operands.length > 0 ? [operands] : inputBatches([], stdin, 64, { encoding })) {
        const found = await ask(questions.map((question) => ({ question, context })));
        questions.forEach((question, i) => {
          if (json) return stdout.write(`${escapeControls(JSON.stringify({ question, answers: found[i] }))}\n`);
          stdout.write(`${escapeControls(question)}\n`);
          for (const { score, text } of found[i]!)
            stdout.write(`  ${score.toFixed(4)}  ${escapeControls(text.replaceAll(/\s+/g, " ")) || "(no answer)"}\n`);
          if (found[i]!.length === 0) stdout.write("  (no answer)\n");
        });
        count.add(questions.length);
      }
      count.end();
    } finally {
      model.dispose();
    }
  },
};

async function readAll(stream: Terminal["stdin"], file: string, encoding: string | undefined): Promise<string> {
  const decode = decoderOf(file === "-" ? undefined : file, encoding);
  let text = "";
  for await (const chunk of stream) text += typeof chunk === "string" ? chunk : decode(chunk);
  return text + decode();
}
