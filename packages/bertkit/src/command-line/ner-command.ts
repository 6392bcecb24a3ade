import { aggregationStrategies } from "@bertkit/heads";
import { escapeControls } from "@bertkit/nn";
import type { LabeledEntity, LabeledToken } from "../pipeline/tasks/token-classification-task.ts";
import type { Command } from "./command.ts";
import { lineInput, lineOptions, runOverLines } from "./line-command.ts";
import { choiceOption } from "./options/option.ts";
import { optionsHelp } from "./options/options-help.ts";
import { parseOptions } from "./options/parse-options.ts";

const options = {
  aggregation: choiceOption(
    aggregationStrategies,
    "how tokens are grouped into entities: none, simple (default), first, average or max",
  ),
  ...lineOptions,
};

/** Prints the entities of every line. */
export const nerCommand: Command = {
  name: "ner",
  operands: "--model FOLDER [FILE...]",
  summary: "finds entities in every line",
  help: `bertkit ner --model FOLDER [FILE...]: finds entities in every line

Prints the line, and below it each entity: label, score, start and end in the line, and text.

Options
${optionsHelp(options)}
${lineInput}`,
  run: async (args, terminal) => {
    const { values, operands } = parseOptions(args, options);
    const { aggregation = "simple" } = values;
    await runOverLines(
      { name: "ner", values, operands },
      terminal,
      "token-classification",
      (ner, lines): AsyncIterable<(LabeledToken | LabeledEntity)[]> =>
        aggregation === "none" ? ner(lines) : ner(lines, { aggregation_strategy: aggregation }),
      (entities) => ({ entities }),
      (entities, text) => {
        const rows = entities.map((entity) => {
          const label = "entity" in entity ? entity.entity : entity.entity_group;
          const { score, start, end } = entity;
          return `  ${escapeControls(label)}  ${score.toFixed(4)}  ${start}-${end}  ${escapeControls(text.slice(start, end))}\n`;
        });
        return `${escapeControls(text)}\n${rows.join("")}`;
      },
    );
  },
};
