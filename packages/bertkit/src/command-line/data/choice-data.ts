import { DatasetError } from "@bertkit/datasets";
import type { ChoiceExample } from "@bertkit/heads";
import type { DataOptions } from "./data-options.ts";
import { columnOf, type FileRecord, missingColumn, readRecords, textOf, textsOf } from "./records.ts";

/**
 * The choices of a table: SWAG's columns (sent1, sent2, ending0, …, label), or context, question and a list of choices,
 * as in RACE (article, question, options, answer).
 *
 * @param labeled whether an example without a label is an error
 */
export async function readChoices(
  file: string,
  options: DataOptions,
  { labeled }: { readonly labeled: boolean },
): Promise<ChoiceExample[]> {
  const examples: ChoiceExample[] = [];
  for await (const record of readRecords(file, options)) examples.push(choiceOf(record, options, labeled));
  return examples;
}

function choiceOf(record: FileRecord, options: DataOptions, labeled: boolean): ChoiceExample {
  const { values, place } = record;
  const endings = Object.keys(values)
    .filter((name) => /^(?:ending|choice)\d$/.test(name))
    .sort();
  const context = columnOf(record, "text", options.text, ["sent1", "context", "article", "premise", "passage"]);
  if (context === undefined) throw missingColumn(place, values, "--text is needed: there is no", "context");
  const question = columnOf(record, "pair", options.pair, ["sent2", "question"]);
  const list = columnOf(record, "choices", undefined, ["choices", "options", "endings"]);
  if (endings.length === 0 && list === undefined) throw missingColumn(place, values, "there is no", "choices");
  const choices = endings.length > 0 ? endings.map((name) => textOf(record, name)) : textsOf(record, list!);
  const column = columnOf(record, "label", options.label?.[0], ["label", "answer"]);
  const label = column === undefined || values[column] === "" ? undefined : numberOf(record, column, choices);
  if (labeled && column === undefined) throw missingColumn(place, values, "--label is needed: there is no", "label");
  if (labeled && label === undefined)
    throw new DatasetError("the data", "the row has no label. Give it one, or remove it.", { ...place, column });
  return {
    context: textOf(record, context),
    ...(question !== undefined && { question: textOf(record, question) }),
    choices,
    label,
  };
}

/**
 * The index of the right choice, given as an index, a letter or the choice itself; undefined for −1, as in test files.
 */
function numberOf(record: FileRecord, column: string, choices: readonly string[]): number | undefined {
  const text = textOf(record, column).trim();
  if (text === "-1") return undefined;
  const letter = "ABCDEFGH".indexOf(text.toUpperCase());
  const number = /^\d+$/.test(text) ? Number(text) : text.length === 1 && letter >= 0 ? letter : choices.indexOf(text);
  if (number >= 0 && number < choices.length) return number;
  throw new DatasetError(
    "the data",
    `expected the number of a choice, from 0 to ${choices.length - 1}, or a letter, got ${JSON.stringify(text)}. Correct the row.`,
    {
      ...record.place,
      column,
    },
  );
}
