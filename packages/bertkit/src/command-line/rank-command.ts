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
first.

Options
${optionsHelp(options)}
${lineInput}`,
  run: async (args, { stdin, stdout, stderr }) => {
    const { values, operands } = parseOptions(args, options);
    const [query, ...files] = operands;
    if (query === undefined) throw new UsageError("rank needs a QUERY, and the lines to sort on standard input");
    const documents: string[] = [];
    for await (const line of inputLines(files, stdin, values.encoding)) documents.push(line);
    const rank = await loadPipeline("rank", "text-ranking", values, stderr);
    const count = new LineCount(stdout, stderr);
    try {
      const ranked: { readonly text: string; readonly score: number; readonly line: number }[] = [];
      for (let start = 0; start < documents.length; start += batchLines) {
        const batch = documents.slice(start, start + batchLines);
        for (const { corpus_id, score } of await rank(query, batch))
          ranked.push({ text: batch[corpus_id]!, score, line: start + corpus_id });
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
