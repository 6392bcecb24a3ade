import type { Dataset } from "../dataset/dataset.ts";
import { readerDataset } from "../dataset/reader-dataset.ts";
import { badRowRules } from "../option-rules.ts";
import { jsonlRows } from "../formats/read-jsonl.ts";
import type { RecordRow } from "../formats/record-row.ts";
import type { Source, SourceOptions } from "../sources/source.ts";
import { type BadRowOptions, goodRows } from "../tables/table-options.ts";
import type { MultipleChoiceExample } from "./multiple-choice-example.ts";
import type { GlueExample } from "./read-glue.ts";

/** A word in two sentences; `label` is 1 if it means the same in both. */
export interface WordInContextExample extends GlueExample {
  readonly pair: string;
  readonly word: string;
  /** Start and exclusive end of the word in `text` and in `pair`, in UTF-16 units. */
  readonly spans: [[start: number, end: number], [start: number, end: number]];
}

/** The labels of CommitmentBank, in the order of their indices. */
export const commitmentBankLabels: readonly ["entailment", "contradiction", "neutral"] = [
  "entailment",
  "contradiction",
  "neutral",
];

const yesNo = ["false", "true"];

/** SuperGLUE's BoolQ: the question is `text`, the passage `pair`, label 1 is yes. Reads its JSON Lines. */
export function readBoolQ(source: Source, options: SourceOptions & BadRowOptions = {}): Dataset<GlueExample> {
  return rows("readBoolQ", source, options, (row) => ({
    id: row.id("idx"),
    text: row.text("question"),
    pair: row.text("passage"),
    label: row.label(row.has("answer") ? "answer" : "label", yesNo),
  }));
}

/** SuperGLUE's CommitmentBank (CB): premise and hypothesis, with the index of the label in `commitmentBankLabels`. */
export function readCommitmentBank(source: Source, options: SourceOptions & BadRowOptions = {}): Dataset<GlueExample> {
  return rows("readCommitmentBank", source, options, (row) => ({
    id: row.id("idx"),
    text: row.text("premise"),
    pair: row.text("hypothesis"),
    label: row.label("label", commitmentBankLabels),
  }));
}

/** SuperGLUE's COPA: which of two sentences is the cause or the effect of a premise. */
export function readCopa(source: Source, options: SourceOptions & BadRowOptions = {}): Dataset<MultipleChoiceExample> {
  return rows("readCopa", source, options, (row) => {
    const asks = row.text("question");
    if (asks !== "cause" && asks !== "effect")
      throw row.error(
        "question",
        `expected cause or effect, got ${JSON.stringify(asks.slice(0, 60))}. Correct the row, or skip such rows with onBadRow.`,
      );
    return {
      id: row.id("idx"),
      context: row.text("premise"),
      question: asks === "cause" ? "What was the cause of this?" : "What happened as a result?",
      choices: [row.text("choice1"), row.text("choice2")],
      label: row.label("label", ["0", "1"]),
    };
  });
}

/** SuperGLUE's Words in Context (WiC): a word in two sentences, and its position in each. */
export function readWordInContext(
  source: Source,
  options: SourceOptions & BadRowOptions = {},
): Dataset<WordInContextExample> {
  return rows("readWordInContext", source, options, (row) => {
    const [text, pair] = [row.text("sentence1"), row.text("sentence2")];
    const span = (sentence: string, start: string, end: string): [number, number] => {
      // The files count code points.
      const points = [...sentence];
      const [from, to] = [row.number(start), row.number(end)];
      if (!Number.isInteger(from) || !Number.isInteger(to) || !(from >= 0 && from < to && to <= points.length))
        throw row.error(
          start,
          `the word's position is ${from} to ${to}, but the text has ${points.length} characters. Correct the row, or skip such rows with onBadRow.`,
        );
      return [points.slice(0, from).join("").length, points.slice(0, to).join("").length];
    };
    return {
      id: row.id("idx"),
      text,
      pair,
      word: row.text("word"),
      spans: [span(text, "start1", "end1"), span(pair, "start2", "end2")],
      label: row.label("label", yesNo),
    };
  });
}

function rows<Item>(
  where: string,
  source: Source,
  options: SourceOptions & BadRowOptions,
  read: (row: RecordRow) => Item,
): Dataset<Item> {
  return readerDataset(where, source, options, badRowRules, (options) =>
    goodRows(jsonlRows(where, source, options), read, options),
  );
}
