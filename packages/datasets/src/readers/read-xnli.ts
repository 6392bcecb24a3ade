import type { Dataset } from "../dataset/dataset.ts";
import { readerDataset } from "../dataset/reader-dataset.ts";
import { tableRules, xnliRules } from "../option-rules.ts";
import { pick } from "@bertkit/checks";
import type { Source, SourceOptions } from "../sources/source.ts";
import { readTsv } from "../tables/read-tsv.ts";
import { type BadRowOptions, goodRows, type TableOptions } from "../tables/table-options.ts";
import { glueTasks } from "./glue-tasks.ts";
import type { GlueExample } from "./read-glue.ts";

export interface XnliExample extends GlueExample {
  readonly pair: string;
  /** Such as "en" or "sw"; undefined in MultiNLI's translations, which have one file per language. */
  readonly language: string | undefined;
}

export interface XnliOptions extends SourceOptions, BadRowOptions {
  /** Return only this language's pairs. */
  readonly language?: string;
}

/**
 * XNLI (Conneau et al. 2018), xnli.dev.tsv or xnli.test.tsv, and the translations of MultiNLI beside it
 * (multinli.train.de.tsv): labels in the order of `glueTasks.MNLI`.
 */
export function readXnli(source: Source, options: XnliOptions = {}): Dataset<XnliExample> {
  const labels = glueTasks.MNLI.labels!;
  return readerDataset("readXnli", source, options, xnliRules, async function* (options) {
    const rows = readTsv(source, pick<TableOptions>(options, tableRules));
    const examples = goodRows(
      rows,
      (row) => {
        if (row.has("premise")) {
          const label = row.oneOf("label", [...labels, "contradictory"]);
          return {
            id: undefined,
            text: row.get("premise"),
            pair: row.get("hypo"),
            label: labels.indexOf(label === "contradictory" ? "contradiction" : label),
            language: undefined,
          };
        }
        return {
          id: row.has("pairID") ? row.get("pairID") : undefined,
          text: row.get("sentence1"),
          pair: row.get("sentence2"),
          label: row.has("gold_label") ? labels.indexOf(row.oneOf("gold_label", labels)) : undefined,
          language: row.has("language") ? row.get("language") : undefined,
        };
      },
      options,
    );
    for await (const example of examples)
      if (options.language === undefined || example.language === options.language) yield example;
  });
}
