import { escapeControls } from "@bertkit/nn";
import { questionAnswering } from "../inference/question-answering.ts";
import type { CommandOptions } from "./command-options.ts";
import { loadModel } from "./load-model.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/** Prints the answers to every question, from the text on standard input. */
export async function answerCommand(options: CommandOptions, { stdin, stdout }: Terminal): Promise<void> {
  const { operands: questions, topK = 1, json, nullAnswers } = options;
  if (questions.length === 0)
    throw new UsageError("answer needs a QUESTION, and the text to find its answer in on standard input");
  const model = await loadModel(options);
  try {
    const ask = questionAnswering(model, { topK, nullAnswers });
    const context = await readAll(stdin);
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
}

async function readAll(stream: Terminal["stdin"]): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) text += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}
