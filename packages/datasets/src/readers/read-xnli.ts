import { DatasetError } from "../dataset-error.ts";
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
    const { language } = options;
    const others = new Set<string>();
    let given = 0;
    for await (const example of examples)
      if (language === undefined || example.language === language) {
        given++;
        yield example;
      } else if (others.size < 20) others.add(example.language ?? "none");
    if (given === 0 && others.size > 0)
      throw new DatasetError(
        "readXnli",
        `there is no pair of the language ${JSON.stringify(language)}; there are ${[...others].join(", ")}. Use one of these, or leave language out.`,
        { file: options.file },
      );
  });
}
