import { escapeControls } from "@bertkit/nn";
import { fillMask } from "../pipelines/fill-mask.ts";
import type { CommandOptions } from "./command-options.ts";
import { loadModel } from "./load-model.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/** Prints the most probable tokens for every mask of every text. */
export async function fillMaskCommand(options: CommandOptions, { stdout }: Terminal): Promise<void> {
  const { operands: texts, topK = 5, json } = options;
  if (texts.length === 0) throw new UsageError("fill-mask needs a text with [MASK]");
  const model = await loadModel(options);
  try {
    const { token } = model.tokenizer.special.mask;
    const without = texts.find((text) => !text.includes(token));
    if (without !== undefined) throw new UsageError(`the text has no ${token}, got ${JSON.stringify(without)}`);
    const filled = await fillMask(model, { topK })(texts);
    texts.forEach((text, i) => {
      if (json) return stdout.write(`${escapeControls(JSON.stringify({ text, masks: filled[i] }))}\n`);
      stdout.write(`${escapeControls(text)}\n`);
      for (const { start, candidates } of filled[i]!) {
        if (filled[i]!.length > 1) stdout.write(`  at character ${start}\n`);
        const width = Math.max(...candidates.map((candidate) => escapeControls(candidate.token).length));
        for (const { token, score, sequence } of candidates)
          stdout.write(`  ${score.toFixed(4)}  ${escapeControls(token).padEnd(width)}  ${escapeControls(sequence)}\n`);
      }
    });
  } finally {
    model.dispose();
  }
}
