import { existsSync } from "node:fs";
import { escapeControls } from "@bertkit/nn";
import { type FilledMask, fillMask } from "../inference/fill-mask.ts";
import type { Command } from "./command.ts";
import { inputBatches } from "./input-lines.ts";
import { lineOptions } from "./line-command.ts";
import { LineCount } from "./line-count.ts";
import { loadModel } from "./load-model.ts";
import { countOption } from "./options/option.ts";
import { optionsHelp } from "./options/options-help.ts";
import { parseOptions } from "./options/parse-options.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

const options = { topK: countOption("tokens to print for each mask (default 5)"), ...lineOptions };

/** Prints the most probable tokens for every mask of every text, or of every line of files or standard input. */
export const fillMaskCommand: Command = {
  name: "fill-mask",
  operands: "--model FOLDER [TEXT|FILE...]",
  summary: "predicts the word for every [MASK] of each text or line",
  help: `bertkit fill-mask --model FOLDER [TEXT|FILE...]: predicts the word for every [MASK] of each text or line

  bertkit fill-mask --model bert-base-uncased "The capital of France is [MASK]."
  bertkit fill-mask --model bert-base-uncased lines.txt

Without TEXT or FILE, lines are read from standard input. Without a [MASK], an operand is a file. Blank lines
are skipped.

Options
${optionsHelp(options)}`,
  run: async (args, { stdin, stdout, stderr }) => {
    const { values, operands } = parseOptions(args, options);
    const { topK = 5, json = false } = values;
    const model = await loadModel("fill-mask", values, stderr);
    try {
      const { token } = model.tokenizer.special.mask;
      const fill = fillMask(model, { topK });
      const count = new LineCount(stdout, stderr);
      for await (const texts of batchesOf(operands, token, stdin, values.encoding)) {
        const without = texts.findIndex((text) => !text.includes(token));
        const good = without < 0 ? texts : texts.slice(0, without);
        // One by one if a text is too long, so that those before it have their results.
        const filled = await fill(good).catch(() => []);
        for (const [i, text] of good.entries()) {
          const masks = filled[i] ?? (await fill(text));
          stdout.write(json ? jsonLine(text, masks) : lines(text, masks));
          count.add(1);
        }
        if (without >= 0)
          throw new UsageError(
            `the text has no ${token}, got ${JSON.stringify(texts[without])}. Put ${token} in place of a word`,
          );
      }
      count.end();
    } finally {
      model.dispose();
    }
  },
};

/** The texts among the operands, and the lines of the files among them, in batches. */
async function* batchesOf(
  operands: readonly string[],
  mask: string,
  stdin: Terminal["stdin"],
  encoding: string | undefined,
): AsyncGenerator<readonly string[], void, undefined> {
  const isText = (operand: string): boolean => operand.includes(mask);
  const neither = operands.find((operand) => !isText(operand) && operand !== "-" && !existsSync(operand));
  if (neither !== undefined)
    throw new UsageError(
      `the text has no ${mask}, and there is no such file, got ${JSON.stringify(neither)}. Put ${mask} in place of a word, or check the path`,
    );
  if (operands.length === 0) return yield* inputBatches([], stdin, 256, { encoding });
  if (operands.every(isText)) return yield operands;
  for (const operand of operands)
    if (isText(operand)) yield [operand];
    else yield* inputBatches([operand], stdin, 256, { encoding });
}

function jsonLine(text: string, masks: readonly FilledMask[]): string {
  return `${escapeControls(JSON.stringify({ text, masks }))}\n`;
}

function lines(text: string, masks: readonly FilledMask[]): string {
  const written = [`${escapeControls(text)}\n`];
  for (const { start, candidates } of masks) {
    if (masks.length > 1) written.push(`  at character ${start}\n`);
    const width = Math.max(...candidates.map((candidate) => escapeControls(candidate.token).length));
    for (const { token, score, sequence } of candidates)
      written.push(`  ${score.toFixed(4)}  ${escapeControls(token).padEnd(width)}  ${escapeControls(sequence)}\n`);
  }
  return written.join("");
}
