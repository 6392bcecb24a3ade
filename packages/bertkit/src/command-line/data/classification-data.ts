import { DatasetError, type FilePlace, glueTasks, readGlue } from "@bertkit/datasets";
import type { ClassificationLabel, LabelSet } from "@bertkit/heads";
import type { TextInput } from "@bertkit/tokenizer";
import type { DataOptions } from "./data-options.ts";
import { labelCalled } from "./label-called.ts";
import { columnOf, columnsAre, type FileRecord, missingColumn, readRecords, rowOf, textOf } from "./records.ts";

/** A text or pair with its label as written in the file, if the file has labels. */
export interface FileText {
  readonly id: string | undefined;
  readonly input: TextInput;
  /** A text without white space around it, a number, a list of these, or undefined. */
  readonly label: unknown;
  readonly place: FilePlace;
  /** The names of the file's columns, and whether one has the labels. */
  readonly columns: readonly string[];
  readonly hasLabels: boolean;
}

interface MoreColumns {
  readonly text?: readonly string[];
  readonly pair?: readonly string[];
}

const commonNames = {
  text: [
    "text",
    "sentence",
    "sentence1",
    "premise",
    "question1",
    "question",
    "#1 String",
    "comment_text",
    "comment",
    "review",
    "content",
    "query",
  ],
  pair: ["sentence2", "text2", "text_pair", "pair", "hypothesis", "question2", "#2 String", "passage", "document"],
  label: [
    "label",
    "labels",
    "gold_label",
    "score",
    "relevance",
    "similarity",
    "Quality",
    "is_duplicate",
    "class",
    "category",
    "target",
    "stars",
    "rating",
    "sentiment",
  ],
  id: ["id", "index", "idx", "guid"],
};

/**
 * The texts of a file, with labels as written in the file; reports the columns that it uses.
 *
 * @param more other names of columns, tried after the common ones
 */
export async function readTexts(
  file: string,
  options: DataOptions,
  log: (line: string) => void,
  more: MoreColumns = {},
): Promise<FileText[]> {
  const { glue, encoding = "utf-8" } = options;
  if (glue !== undefined) {
    const { labels } = glueTasks[glue];
    const examples = await readGlue(glue, file, { encoding }).toArray();
    return examples.map(({ id, text, pair, label }, i) => ({
      id: id ?? String(i),
      input: pair === undefined ? text : [text, pair],
      label: label === undefined ? undefined : (labels?.[label] ?? label),
      place: { file: rowOf(file, "example", i + 1) },
      columns: [],
      hasLabels: label !== undefined,
    }));
  }
  const texts: FileText[] = [];
  let columns: ReturnType<typeof columnsOf> | undefined;
  let names: readonly string[] = [];
  for await (const record of readRecords(file, options)) {
    if (columns === undefined) {
      columns = columnsOf(record, options, more);
      names = Object.keys(record.values);
      const { text, pair, label } = columns;
      const pairs = pair === undefined ? "" : ` and ${JSON.stringify(pair)}`;
      const labels =
        label === undefined ? "no label" : `the label in ${label.map((name) => JSON.stringify(name)).join(", ")}`;
      log(`${file}: the text in ${JSON.stringify(text)}${pairs}, ${labels}`);
    }
    const { text, pair, id } = columns;
    const first = textOf(record, text);
    texts.push({
      id: id === undefined ? undefined : textOf(record, id),
      input: pair === undefined ? first : [first, textOf(record, pair)],
      label: labelIn(record, columns.label),
      place: record.place,
      columns: names,
      hasLabels: columns.label !== undefined,
    });
  }
  return texts;
}

function columnsOf(
  record: FileRecord,
  options: DataOptions,
  more: MoreColumns,
): { text: string; pair: string | undefined; label: readonly string[] | undefined; id: string | undefined } {
  const text = columnOf(record, "text", options.text, [...commonNames.text, ...(more.text ?? [])]);
  if (text === undefined)
    throw missingColumn(record.place, record.values, "--text is needed: there is no", commonNames.text[0]!);
  // If the text column is named, a pair column must be named too.
  const pairs = options.text === undefined ? [...commonNames.pair, ...(more.pair ?? [])] : [];
  const pair = columnOf(record, "pair", options.pair, pairs);
  for (const name of options.label ?? []) columnOf(record, "label", name, []);
  const found = columnOf(record, "label", undefined, commonNames.label);
  return {
    text,
    pair: pair === text ? undefined : pair,
    label: options.label ?? (found === undefined ? undefined : [found]),
    id: columnOf(record, "id", undefined, commonNames.id),
  };
}

/** Both texts of a row. Throws if the file has one column of texts. */
export function pairIn({ input, columns, place }: FileText): readonly [string, string] {
  if (typeof input !== "string") return input;
  const what = "--pair is needed: there is no column for the second text";
  throw new DatasetError("the data", `${what}, ${columnsAre(columns)}`, place);
}

/** The error for a file without a column of labels. */
export function missingLabels({ columns, place }: Pick<FileText, "columns" | "place">): DatasetError {
  return new DatasetError("the data", `--label is needed: there is no column of labels, ${columnsAre(columns)}`, place);
}

/** A text's label as a number. Throws, with the position, if it is not one. */
export function numberOf(text: FileText, fix: string): number {
  const { label, place, hasLabels } = text;
  if (!hasLabels) throw missingLabels(text);
  const number = typeof label === "string" && label.trim() === "" ? Number.NaN : Number(label);
  if (Number.isFinite(number) && label !== null && label !== undefined) return number;
  throw new DatasetError("the data", `expected a number for a label, got ${JSON.stringify(label)}. ${fix}`, place);
}

/** With several columns of 0 and 1: the names of those with 1. */
function labelIn({ values, place }: FileRecord, columns: readonly string[] | undefined): unknown {
  if (columns === undefined) return undefined;
  if (columns.length === 1) {
    const value: unknown = values[columns[0]!] ?? undefined;
    return typeof value === "string" ? value.trim() : value;
  }
  return columns.filter((column) => {
    const value: unknown = values[column];
    if (["1", "true", "True"].includes(String(value))) return true;
    if (["0", "false", "False", ""].includes(String(value))) return false;
    throw new DatasetError(
      "the data",
      `expected 0 or 1, got ${JSON.stringify(value)}. Name one column with --label, or correct the row.`,
      {
        ...place,
        column,
      },
    );
  });
}

/** Derives the labels of a training file, unless the options state them. */
export function labelsOf(texts: readonly FileText[], { problem, labels, label, glue }: DataOptions): LabelSet {
  if (texts[0]?.hasLabels === false) throw missingLabels(texts[0]);
  const values = texts.map((text) => text.label).filter((value) => value !== undefined && value !== "");
  if (values.length === 0)
    throw new DatasetError("the data", "no row has a label. Give every row one.", texts[0]?.place);
  const ofGlue = glue && (glueTasks[glue].labels ? "single-label" : "regression");
  const found = problem ?? ofGlue ?? problemOf(values);
  if (found === "regression") return { problem: found, labels: labels ?? ["score"] };
  const given =
    labels?.map((name) => name.trim()) ??
    (label && label.length > 1 ? label : undefined) ??
    (glue && glueTasks[glue].labels);
  if (given) return { problem: found, labels: given };
  const seen = new Set(values.flatMap((value) => (found === "multi-label" ? listOf(value) : [String(value)])));
  return { problem: found, labels: [...seen].sort((a, b) => a.localeCompare(b, "en", { numeric: true })) };
}

/**
 * Numbers are regression targets if some is not written as a whole number, such as 3.5, 5.0 or 1e-3; whole numbers are
 * names of classes, however many, as in Hugging Face's scripts.
 */
function problemOf(values: readonly unknown[]): LabelSet["problem"] {
  if (values.some(Array.isArray)) return "multi-label";
  return values.every(isNumber) && !values.every(isWholeNumber) ? "regression" : "single-label";
}

function isNumber(value: unknown): boolean {
  if (typeof value === "string") return /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(value);
  return typeof value === "bigint" || (typeof value === "number" && Number.isFinite(value));
}

function isWholeNumber(value: unknown): boolean {
  return typeof value === "string" ? /^[+-]?\d+$/.test(value) : typeof value === "bigint" || Number.isInteger(value);
}

/** A text's label in the classifier's format. Throws, with the position, if the classifier does not have it. */
export function labelFor(text: FileText, { labels, problem }: LabelSet): ClassificationLabel {
  const { label, place, hasLabels } = text;
  if (problem === "regression") return numberOf(text, "Correct the row, or pass --problem single-label.");
  if (!hasLabels) throw missingLabels(text);
  const known = (name: string): string => {
    const found = labelCalled(name, labels);
    if (found !== undefined) return found;
    const shown = labels.slice(0, 20).join(", ");
    throw new DatasetError(
      "the data",
      `no label is called ${JSON.stringify(name.slice(0, 60))}; the labels are ${shown}. Correct the row, or train with this label too.`,
      place,
    );
  };
  if (problem === "multi-label") return listOf(label).map(known);
  if (label === undefined || label === null || Array.isArray(label))
    throw new DatasetError(
      "the data",
      `expected one label, got ${label ? "a list" : "none"}. Correct the row, or pass --problem multi-label.`,
      place,
    );
  if (label === "")
    throw new DatasetError("the data", "the label is empty. Give the row a label, or remove the row.", place);
  return known(String(label));
}

/** Converts a list, or names separated by commas, to a list. */
function listOf(value: unknown): string[] {
  const names = Array.isArray(value) ? value.map(String) : String(value ?? "").split(",");
  return names.map((name) => name.trim()).filter((name) => name !== "");
}
