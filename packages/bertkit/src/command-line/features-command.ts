import type { Command } from "./command.ts";
import { choiceOf, lineOptions, readLineArguments, runOverLines } from "./line-command.ts";

/** Prints a vector for every line. */
export const featuresCommand: Command = {
  name: "features",
  operands: "--model FOLDER [FILE...]",
  summary: "gives a vector for every line",
  help: `bertkit features --model FOLDER [FILE...]: gives a vector for every line

Prints the numbers of each vector with tabs between them, or with --json { text, vector }.

Options
  --pooling NAME     mean (default), cls or last_token: how a line's token vectors become one
  --normalize        scale every vector to length one
${lineOptions}`,
  run: async (args, terminal) => {
    const given = await readLineArguments("features", args, ["pooling"], ["normalize"]);
    const pooling = choiceOf("pooling", given.values.pooling ?? "mean", ["mean", "cls", "last_token"]);
    await runOverLines(
      given,
      terminal,
      "feature-extraction",
      (extract, lines) => extract(lines, { pooling, normalize: given.flags.has("normalize") }),
      ({ data }) => ({ vector: Array.from(data) }),
      ({ data }) => `${data.join("\t")}\n`,
    );
  },
};
