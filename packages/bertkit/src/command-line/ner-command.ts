import { aggregationStrategies } from "@bertkit/heads";
import { escapeControls } from "@bertkit/nn";
import type { LabelledEntity, LabelledToken } from "../pipeline/tasks/token-classification-task.ts";
import type { Command } from "./command.ts";
import { choiceOf, lineOptions, readLineArguments, runOverLines } from "./line-command.ts";

/** Prints the entities of every line. */
export const nerCommand: Command = {
  name: "ner",
  operands: "--model FOLDER [FILE...]",
  summary: "finds entities in every line",
  help: `bertkit ner --model FOLDER [FILE...]: finds entities in every line

Prints the line, and below it each entity: its label, score, place in the line and text.

Options
  --aggregation NAME none, simple (default), first, average or max: how tokens become entities
${lineOptions}`,
  run: async (args, terminal) => {
    const given = await readLineArguments("ner", args, ["aggregation"]);
    const strategy = choiceOf("aggregation", given.values.aggregation ?? "simple", aggregationStrategies);
    await runOverLines(
      given,
      terminal,
      "token-classification",
      (ner, lines): AsyncIterable<(LabelledToken | LabelledEntity)[]> =>
        strategy === "none" ? ner(lines) : ner(lines, { aggregation_strategy: strategy }),
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
