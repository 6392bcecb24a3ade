import type { Command } from "./command.ts";
import { lineInputWithBlank, lineOptions, runOverLines } from "./line-command.ts";
import { choiceOption, flag } from "./options/option.ts";
import { optionsHelp } from "./options/options-help.ts";
import { parseOptions } from "./options/parse-options.ts";

const options = {
  pooling: choiceOption(
    ["sentence", "mean", "cls", "last_token"],
    "how a line's token vectors are pooled: mean, cls or last_token; sentence (default) pools, scales and truncates as FOLDER's modules.json, 1_Pooling/config.json and sentence_bert_config.json say, by the mean if there are none",
  ),
  normalize: flag("scale each vector to unit length; --no-normalize: do not, whatever FOLDER says"),
  ...lineOptions,
};

/** Prints a vector for every line. */
export const featuresCommand: Command = {
  name: "features",
  operands: "--model FOLDER [FILE...]",
  summary: "computes a vector for every line",
  help: `bertkit features --model FOLDER [FILE...]: computes a vector for every line

Prints the numbers of each vector separated by tabs, or with --json { text, vector }: one line for each line,
also for a blank one.

Options
${optionsHelp(options)}
${lineInputWithBlank}`,
  run: async (args, terminal) => {
    const { values, operands } = parseOptions(args, options);
    const { pooling = "sentence", normalize } = values;
    await runOverLines(
      { name: "features", values, operands, blank: true },
      terminal,
      "feature-extraction",
      (extract, lines) => extract(lines, { pooling, ...(normalize !== undefined && { normalize }) }),
      ({ data }) => ({ vector: Array.from(data) }),
      ({ data }) => `${data.join("\t")}\n`,
    );
  },
};
