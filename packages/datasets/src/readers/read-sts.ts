import { pick } from "@bertkit/checks";
import type { Dataset } from "../dataset/dataset.ts";
import { readerDataset } from "../dataset/reader-dataset.ts";
import { badRowRules, stsRules } from "../option-rules.ts";
import { DatasetError } from "../dataset-error.ts";
import type { Source, SourceOptions } from "../sources/source.ts";
import { type BadRowOptions, goodRows } from "../tables/table-options.ts";
import { readTsv } from "../tables/read-tsv.ts";
import type { TableRow } from "../tables/table-row.ts";
import { RecordRow } from "../formats/record-row.ts";
import { recordRows } from "../formats/record-rows.ts";
import { textOf } from "../text/read-text.ts";

export interface StsExample {
  readonly text: string;
  readonly pair: string;
  /** Similarity from 0 to 5; undefined if the file has no scores, or −1, as in test files. */
  readonly score: number | undefined;
  /** "train", "dev" or "test" in a file that has all splits. */
  readonly split: string | undefined;
}

export interface StsOptions extends SourceOptions, BadRowOptions {
  /** Return only this split's pairs of a file that has all splits. */
  readonly split?: "train" | "dev" | "test";
  /** The file's maximum score: 5, or 1 if its scores were divided. Default 5. */
  readonly scale?: 5 | 1;
}

/**
 * STS-B's pairs in each of its common formats: GLUE's tsv; the benchmark's own sts-train.csv, which has tabs, no header
 * and quotes as characters; stsbenchmark.tsv.gz of sentence-transformers, with a column "split", in which quotes are also
 * characters; a csv with a header; and JSON Lines with sentence1, sentence2 and score or label.
 */
export function readSts(source: Source, options: StsOptions = {}): Dataset<StsExample> {
  return readerDataset("readSts", source, options, stsRules, async function* (options) {
    const factor = factorOf(options.scale ?? 5);
    const pieces = textOf(source, options);
    const head: string[] = [];
    for (let next = await pieces.next(); !next.done; next = await pieces.next())
      if (head.push(next.value) && /[\n\r]/.test(next.value)) break;
    const text = async function* (): AsyncGenerator<string, void, undefined> {
      yield* head;
      yield* pieces;
    };
    const { entry: _, ...others } = pick<SourceOptions & BadRowOptions>(options, badRowRules);
    const [first = ""] = head.join("").split(/[\n\r]/, 1);
    const examples =
      first.includes("\t") && !first.startsWith("{")
        ? goodRows(
            readTsv(text(), { ...others, header: first.includes("sentence1") }),
            (row) => fromTable(row, factor),
            options,
          )
        : goodRows(
            recordRows("readSts", text(), others),
            (row) => ({
              text: row.text("sentence1"),
              pair: row.text("sentence2"),
              score: scoreOf(row, row.has("score") ? "score" : row.has("label") ? "label" : undefined, factor),
              split: row.id("split"),
            }),
            options,
          );
    let [pairs, given] = [0, 0];
    for await (const example of examples) {
      pairs++;
      if (options.split !== undefined && example.split !== options.split) continue;
      given++;
      yield example;
    }
    if (pairs > 0 && given === 0)
      throw new DatasetError(
        "readSts",
        `none of ${pairs} pairs is of the split ${options.split}. Leave split out for a file of one split, or read another file.`,
        { file: options.file },
      );
  });
}

/** With a header, columns by name; without, genre, file, year, number, score, both sentences, then sources. */
function fromTable(row: TableRow, factor: number): StsExample {
  if (row.columns.length > 0) {
    return {
      text: row.get("sentence1"),
      pair: row.get("sentence2"),
      score: scoreOf(row, row.has("score") ? "score" : undefined, factor),
      split: row.has("split") ? row.get("split") : undefined,
    };
  }
  return { text: row.get(5), pair: row.get(6), score: scoreOf(row, 4, factor), split: undefined };
}

/** A score from 0 to 5; undefined if the row has none, or −1, as in GLUE's test files. */
function scoreOf(row: TableRow | RecordRow, name: string | number | undefined, factor: number): number | undefined {
  if (name === undefined) return undefined;
  const score = row instanceof RecordRow ? row.number(String(name)) : row.number(name);
  if (score === -1) return undefined;
  if (score * factor >= 0 && score * factor <= 5) return score * factor;
  const message = `a score is ${score}, not from 0 to ${5 / factor}. Set scale to the file's maximum score, or skip such rows with onBadRow.`;
  throw row instanceof RecordRow ? row.error(String(name), message) : row.error("readSts", name, message);
}

function factorOf(scale: number): number {
  if (scale === 5 || scale === 1) return 5 / scale;
  throw new DatasetError("readSts", `scale must be 5 or 1, got ${String(scale)}. Choose one of these.`);
}
