import type { Dataset } from "../dataset/dataset.ts";
import { readerDataset } from "../dataset/reader-dataset.ts";
import { badRowRules } from "../option-rules.ts";
import { DatasetError } from "../dataset-error.ts";
import type { Source, SourceOptions } from "../sources/source.ts";
import { type BadRowOptions, goodRows } from "../tables/table-options.ts";
import { quoted } from "../tables/table-row.ts";
import { linesOf } from "../text/lines.ts";
import type { TextExample } from "./text-example.ts";

/** The coarse labels of TREC's questions, in the order of their indices. */
export const trecLabels: readonly ["ABBR", "DESC", "ENTY", "HUM", "LOC", "NUM"] = [
  "ABBR",
  "DESC",
  "ENTY",
  "HUM",
  "LOC",
  "NUM",
];

export interface TrecExample extends TextExample {
  /** The fine label as the file has it, such as "NUM:date". */
  readonly fine: string;
}

/**
 * TREC's questions (Li & Roth 2002), train_5500.label or TREC_10.label: "NUM:date When was …". Its files are encoded in
 * windows-1252, the default here.
 */
export function readTrec(source: Source, options: SourceOptions & BadRowOptions = {}): Dataset<TrecExample> {
  return readerDataset("readTrec", source, options, badRowRules, (given) => {
    const options = { ...given, encoding: given.encoding ?? "windows-1252" };
    let line = 0;
    const read = (text: string): TrecExample | undefined => {
      line++;
      if (text.trim() === "") return undefined;
      const [, coarse, fine, question] = /^([A-Z]+):(\S+) (.*)$/.exec(text) ?? [];
      const label = (trecLabels as readonly string[]).indexOf(coarse ?? "");
      if (label >= 0) return { text: question!.trim(), label, fine: `${coarse}:${fine}` };
      throw new DatasetError(
        "readTrec",
        `expected a label such as NUM:date, a space and a question, got ${quoted(text)}. Correct the line, or skip such with onBadRow.`,
        { file: options.file, line },
      );
    };
    return present(goodRows(linesOf(source, options), read, options));
  });
}

async function* present<Item>(items: AsyncIterable<Item | undefined>): AsyncGenerator<Item, void, undefined> {
  for await (const item of items) if (item !== undefined) yield item;
}
