import type { Dataset } from "../dataset/dataset.ts";
import { readerDataset } from "../dataset/reader-dataset.ts";
import { badRowRules } from "../option-rules.ts";
import type { Source, SourceOptions } from "../sources/source.ts";
import { readTsv } from "../tables/read-tsv.ts";
import { type BadRowOptions, goodRows } from "../tables/table-options.ts";
import type { TextExample } from "./text-example.ts";

/** The labels of the SMS Spam Collection, in the order of their indices. */
export const smsSpamLabels: readonly ["ham", "spam"] = ["ham", "spam"];

/**
 * The SMS Spam Collection (Almeida et al. 2011): a label, a tab and a message per line. For its zip, pass
 * `{ entry: "SMSSpamCollection" }`.
 */
export function readSmsSpam(source: Source, options: SourceOptions & BadRowOptions = {}): Dataset<TextExample> {
  return readerDataset("readSmsSpam", source, options, badRowRules, (options) =>
    goodRows(
      readTsv(source, { ...options, header: ["label", "text"] }),
      (row) => ({ text: row.get("text"), label: smsSpamLabels.indexOf(row.oneOf("label", smsSpamLabels)) }),
      options,
    ),
  );
}
