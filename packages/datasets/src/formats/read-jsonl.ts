import type { Dataset } from "../dataset/dataset.ts";
import { readerDataset } from "../dataset/reader-dataset.ts";
import { badRowRules } from "../option-rules.ts";
import type { Source, SourceOptions } from "../sources/source.ts";
import { type BadRowOptions, goodRows } from "../tables/table-options.ts";
import { linesOf } from "../text/lines.ts";
import { strip } from "../text/python-white-space.ts";
import { asObject, type JsonObject, parseJson } from "./json-value.ts";
import { RecordRow } from "./record-row.ts";

/** The objects of a file with one per line (JSON Lines). Empty lines are skipped. */
export function readJsonl<Item extends JsonObject = JsonObject>(
  source: Source,
  options: SourceOptions & BadRowOptions = {},
): Dataset<Item> {
  return readerDataset("readJsonl", source, options, badRowRules, async function* (options) {
    for await (const row of jsonlRows("readJsonl", source, options)) yield row.values as Item;
  });
}

/** The objects with their line numbers. */
export function jsonlRows(
  where: string,
  source: Source,
  options: SourceOptions & BadRowOptions,
): AsyncGenerator<RecordRow, void, undefined> {
  const { file } = options;
  return goodRows(
    numbered(),
    ({ text, line }) => {
      const place = { file, line };
      return new RecordRow(where, asObject(where, parseJson(where, text, place), place), place);
    },
    options,
  );

  async function* numbered(): AsyncGenerator<{ text: string; line: number }, void, undefined> {
    let line = 0;
    for await (const text of linesOf(source, options)) {
      line++;
      if (strip(text) !== "") yield { text, line };
    }
  }
}
