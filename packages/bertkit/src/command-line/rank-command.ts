import { escapeControls } from "@bertkit/nn";
import type { Command } from "./command.ts";
import { inputLines } from "./input-lines.ts";
import { lineInput, lineOptions } from "./line-command.ts";
import { LineCount } from "./line-count.ts";
import { loadPipeline } from "./load-model.ts";
import { countOption } from "./options/option.ts";
import { optionsHelp } from "./options/options-help.ts";
import { parseOptions } from "./options/parse-options.ts";
import { UsageError } from "./usage-error.ts";

/** Lines ranked together. Between them, the count on the terminal is updated. */
const batchLines = 1024;

const options = { topK: countOption("print only the N best lines"), ...lineOptions };

/** Prints lines sorted by how well they answer a query. */
export const rankCommand: Command = {
  name: "rank",
  operands: "--model FOLDER QUERY [FILE...]",
  summary: "sorts lines by how well they answer a query",
  help: `bertkit rank --model FOLDER QUERY [FILE...]: sorts lines by how well they answer a query

FOLDER is a cross-encoder, such as cross-encoder/ms-marco-MiniLM-L6-v2. Prints each line's score and the line, best
first; with --json { text, score, line }, where line is its number in the input, from 0.

Options
${optionsHelp(options)}
${lineInput}`,
  run: async (args, { stdin, stdout, stderr }) => {
    const { values, operands } = parseOptions(args, options);
    const [query, ...files] = operands;
    if (query === undefined) throw new UsageError("rank needs a QUERY, and the lines to sort on standard input");
    const documents: { readonly text: string; readonly line: number }[] = [];
    let lines = 0;
    for await (const text of inputLines(files, stdin, { encoding: values.encoding, blank: true })) {
      if (text.trim() !== "") documents.push({ text, line: lines });
      lines++;
    }
    const rank = await loadPipeline("rank", "text-ranking", values, stderr);
    const count = new LineCount(stdout, stderr);
    try {
      const ranked: { readonly text: string; readonly score: number; readonly line: number }[] = [];
      for (let start = 0; start < documents.length; start += batchLines) {
        const batch = documents.slice(start, start + batchLines);
        const texts = batch.map(({ text }) => text);
        for (const { corpus_id, score } of await rank(query, texts)) {
          const { text, line } = batch[corpus_id]!;
          ranked.push({ text, score, line });
        }
        count.add(batch.length);
      }
      count.end();
      ranked.sort((a, b) => b.score - a.score || a.line - b.line);
      for (const found of ranked.slice(0, values.topK)) {
        if (values.json === true) stdout.write(`${escapeControls(JSON.stringify(found))}\n`);
        else stdout.write(`${found.score.toFixed(4)}\t${escapeControls(found.text)}\n`);
      }
    } finally {
      rank.dispose();
    }
  },
};
