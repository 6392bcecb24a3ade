import { shown } from "@bertkit/checks";
import { DatasetError } from "../dataset-error.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { readerDataset } from "../dataset/reader-dataset.ts";
import { badRowRules } from "../option-rules.ts";
import { readTsv } from "../tables/read-tsv.ts";
import { type BadRowOptions, goodRows } from "../tables/table-options.ts";
import type { TableRow } from "../tables/table-row.ts";
import type { Source, SourceOptions } from "../sources/source.ts";
import { type GlueTask, type GlueTaskName, glueTasks } from "./glue-tasks.ts";

export interface GlueExample {
  /** The example's name in a submission; undefined if the file has no such column (CoLA and SST-2, except test). */
  readonly id: string | undefined;
  readonly text: string;
  /** The second text; undefined in CoLA and SST-2. */
  readonly pair: string | undefined;
  /** The index of the label in the task's `labels`; in STS-B the score; undefined in test files. */
  readonly label: number | undefined;
}

/** Examples of one of the nine GLUE tasks, from a train, dev or test file. */
export function readGlue(
  task: GlueTaskName,
  source: Source,
  options: SourceOptions & BadRowOptions = {},
): Dataset<GlueExample> {
  if (typeof task !== "string" || !Object.hasOwn(glueTasks, task))
    throw new DatasetError(
      "readGlue",
      `no such task, got ${shown(task)}. Choose one of ${Object.keys(glueTasks).join(", ")}.`,
    );
  const facts = glueTasks[task];
  return readerDataset("readGlue", source, options, badRowRules, (options) =>
    task === "CoLA"
      ? readCola(source, options)
      : goodRows(readTsv(source, options), (row) => example(facts, row), options),
  );
}

function example({ text, pair, label, id, labels }: GlueTask, row: TableRow): GlueExample {
  return {
    id: row.has(id) ? row.get(id) : undefined,
    text: row.get(text),
    pair: pair === undefined ? undefined : row.get(pair),
    label: !row.has(label)
      ? undefined
      : labels === undefined
        ? row.number(label)
        : labels.indexOf(row.oneOf(label, labels)),
  };
}

/**
 * CoLA's train and dev have no header and four columns (source, label, original mark, sentence); its test has a header
 * and two.
 */
async function* readCola(
  source: Source,
  options: SourceOptions & BadRowOptions,
): AsyncGenerator<GlueExample, void, undefined> {
  let isTest: boolean | undefined;
  const rows = readTsv(source, { ...options, header: false });
  for await (const found of goodRows(rows, read, options)) if (found !== undefined) yield found;

  function read(row: TableRow): GlueExample | undefined {
    if (isTest === undefined) {
      isTest = row.fields.join() === "index,sentence";
      if (isTest) return undefined;
    }
    const width = isTest ? 2 : 4;
    if (row.fields.length !== width) {
      throw row.error(
        "readGlue",
        undefined,
        `CoLA has ${width} fields in a row of this file, got ${row.fields.length}. Check for a tab inside a field, or skip such rows with onBadRow.`,
      );
    }
    if (isTest) return { id: row.get(0), text: row.get(1), pair: undefined, label: undefined };
    return { id: undefined, text: row.get(3), pair: undefined, label: Number(row.oneOf(1, ["0", "1"])) };
  }
}
