import { escapeControls } from "@bertkit/nn";
import { type FilledMask, fillMask } from "../inference/fill-mask.ts";
import type { CommandOptions } from "./command-options.ts";
import { inputBatches } from "./input-lines.ts";
import { loadModel } from "./load-model.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/** Prints the most probable tokens for every mask of every text, or of every line of standard input. */
export async function fillMaskCommand(options: CommandOptions, { stdin, stdout }: Terminal): Promise<void> {
  const { operands, topK = 5, json } = options;
  const model = await loadModel(options);
  try {
    const { token } = model.tokenizer.special.mask;
    const fill = fillMask(model, { topK });
    for await (const texts of operands.length > 0 ? [operands] : inputBatches([], stdin, 256)) {
      const without = texts.find((text) => !text.includes(token));
      if (without !== undefined) throw new UsageError(`the text has no ${token}, got ${JSON.stringify(without)}`);
      const filled = await fill(texts);
      texts.forEach((text, i) => stdout.write(json ? jsonLine(text, filled[i]!) : lines(text, filled[i]!)));
    }
  } finally {
    model.dispose();
  }
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
