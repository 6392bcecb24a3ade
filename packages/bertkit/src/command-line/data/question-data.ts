import { DatasetError, type JsonObject, readSquad } from "@bertkit/datasets";
import type { QuestionExample } from "@bertkit/heads";
import type { DataOptions } from "./data-options.ts";
import { columnOf, formatOf, missingColumn, readRecords, textOf } from "./records.ts";

/** A question with its id, which SQuAD's predictions use. */
export interface FileQuestion extends QuestionExample {
  readonly id: string;
}

/**
 * The questions of a SQuAD file, or of a table with Hugging Face's columns: id, question, context, answers. `text` names
 * another column of contexts.
 */
export async function readQuestions(file: string, options: DataOptions): Promise<FileQuestion[]> {
  const { format = formatOf(file), encoding = "utf-8" } = options;
  if (format === "squad" || format === "json" || format === undefined) return readSquad(file, { encoding }).toArray();
  const questions: FileQuestion[] = [];
  for await (const record of readRecords(file, { ...options, format })) {
    const column = columnOf(record, "text", options.text, ["context"]);
    for (const [name, found] of [
      ["question", record.values["question"]],
      ["context", column],
    ] as const)
      // prettier-ignore
      if (found === undefined) throw missingColumn(record.place, record.values, "there is no", name);
    const context = textOf(record, column!);
    const answers = answersOf(record.values["answers"], context);
    if (answers === undefined)
      throw new DatasetError(
        "the data",
        "expected answers as { text: […], answer_start: […] }, each at its position in the context. Correct the row.",
        {
          ...record.place,
          column: "answers",
        },
      );
    const id = record.values["id"] === undefined ? String(questions.length) : textOf(record, "id");
    questions.push({ id, question: textOf(record, "question"), context, answers });
  }
  return questions;
}

/**
 * Parses Hugging Face's column, whose positions count code points; empty if there is no column. Undefined if it is
 * invalid.
 */
function answersOf(value: unknown, context: string): QuestionExample["answers"] | undefined {
  if (value === undefined || value === null) return [];
  const { text, answer_start: starts } = value as JsonObject;
  if (!Array.isArray(text) || !Array.isArray(starts) || text.length !== starts.length) return undefined;
  const points = Array.from(context);
  const answers = text.map((answer, i) => ({
    text: String(answer),
    start: points.slice(0, Number(starts[i])).join("").length,
  }));
  return answers.every(({ text: answer, start }) => context.startsWith(answer, start)) ? answers : undefined;
}
