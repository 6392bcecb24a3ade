import { escapeControls } from "@bertkit/nn";
import type { Command } from "./command.ts";
import { inputLines } from "./input-lines.ts";
import { lineInput, lineOptions } from "./line-command.ts";
import { loadPipeline } from "./load-model.ts";
import { countOption } from "./options/option.ts";
import { optionsHelp } from "./options/options-help.ts";
import { parseOptions } from "./options/parse-options.ts";
import { UsageError } from "./usage-error.ts";

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
    try {
      for (const { corpus_id, score } of await rank(query, documents, { top_k: values.topK ?? null })) {
        const text = documents[corpus_id]!;
        if (values.json === true) stdout.write(`${escapeControls(JSON.stringify({ text, score, line: corpus_id }))}\n`);
        else stdout.write(`${score.toFixed(4)}\t${escapeControls(text)}\n`);
      }
    } finally {
      rank.dispose();
    }
  },
};
