import { escapeControls } from "@bertkit/nn";
import { pipeline } from "../pipeline/pipeline.ts";
import type { Command } from "./command.ts";
import { inputLines } from "./input-lines.ts";
import { countOf, lineOptions, readLineArguments } from "./line-command.ts";
import { UsageError } from "./usage-error.ts";

/** Prints lines by how well they answer a query. */
export const rankCommand: Command = {
  name: "rank",
  operands: "--model FOLDER QUERY [FILE...]",
  summary: "sorts lines by how well they answer a query",
  help: `bertkit rank --model FOLDER QUERY [FILE...]: sorts lines by how well they answer a query

FOLDER is a cross-encoder, such as cross-encoder/ms-marco-MiniLM-L6-v2. Prints the score of each line and the line, the
best first.

Options
  --top-k N          only the best
${lineOptions}`,
  run: async (args, { stdin, stdout }) => {
    const { model, json, operands, values } = await readLineArguments("rank", args, ["top-k"]);
    const [query, ...files] = operands;
    if (query === undefined) throw new UsageError("rank needs a QUERY, and the lines to sort on standard input");
    const top_k = values["top-k"] === undefined ? null : countOf("top-k", values["top-k"]);
    const documents: string[] = [];
    for await (const line of inputLines(files, stdin)) documents.push(line);
    const rank = await pipeline("text-ranking", model);
    try {
      for (const { corpus_id, score } of await rank(query, documents, { top_k })) {
        const text = documents[corpus_id]!;
        if (json) stdout.write(`${escapeControls(JSON.stringify({ text, score, line: corpus_id }))}\n`);
        else stdout.write(`${score.toFixed(4)}\t${escapeControls(text)}\n`);
      }
    } finally {
      rank.dispose();
    }
  },
};
