import { filesUnder, isFolder } from "#files";
import type { Dataset } from "../dataset/dataset.ts";
import { readerDataset } from "../dataset/reader-dataset.ts";
import { badRowRules } from "../option-rules.ts";
import { parseJson, asObject } from "../formats/json-value.ts";
import { RecordRow } from "../formats/record-row.ts";
import { isText, type Source, type SourceOptions } from "../sources/source.ts";
import { type BadRowOptions, goodRows } from "../tables/table-options.ts";
import { textOf } from "../text/read-text.ts";
import type { MultipleChoiceExample } from "./multiple-choice-example.ts";

/**
 * RACE (Lai et al. 2017): questions about articles from English exams, with four options each. Reads its folder, such
 * as "RACE/dev" or "RACE/dev/high", with one JSON file per article; one of these files; or JSON Lines with an article
 * or a question per line.
 */
export function readRace(source: Source, options: SourceOptions & BadRowOptions = {}): Dataset<MultipleChoiceExample> {
  return readerDataset("readRace", source, options, badRowRules, async function* (options) {
    if (typeof source === "string" && !isText(source) && (await isFolder(source))) {
      for (const name of (await filesUnder(source)).filter((name) => name.endsWith(".txt") || name.endsWith(".json")))
        yield* questions(`${source}/${name}`, { ...options, file: `${source}/${name}` });
    } else {
      yield* questions(source, options);
    }
  });
}

async function* questions(
  source: Source,
  options: SourceOptions & BadRowOptions,
): AsyncGenerator<MultipleChoiceExample, void, undefined> {
  const where = "readRace";
  const { file } = options;
  let text = "";
  for await (const piece of textOf(source, options)) text += piece;
  // A single article may have several lines; several articles have one line each.
  const isOne = !/\}[^\S\n]*\n\s*\{/.test(text);
  const lines = isOne ? [text] : text.split("\n");
  const articles = lines.flatMap((line, i) =>
    line.trim() === "" ? [] : [{ line: isOne ? undefined : i + 1, text: line }],
  );
  const read = ({ line, text }: { line: number | undefined; text: string }): MultipleChoiceExample[] =>
    examples(
      new RecordRow(where, asObject(where, parseJson(where, text, { file, line }), { file, line }), { file, line }),
    );
  async function* each(): AsyncGenerator<(typeof articles)[number], void, undefined> {
    yield* articles;
  }
  for await (const found of goodRows(each(), read, options)) yield* found;
}

const letters = ["A", "B", "C", "D", "E", "F", "G", "H"];

function examples(row: RecordRow): MultipleChoiceExample[] {
  const context = row.text("article");
  const id = row.id("id", "example_id");
  if (typeof row.values["question"] === "string") {
    const choices = row.texts("options");
    return [
      {
        id,
        context,
        question: row.text("question"),
        choices,
        label: row.label("answer", letters.slice(0, choices.length)),
      },
    ];
  }
  const asked = row.texts("questions");
  const { options, answers } = row.values;
  const given = answers ?? asked.map(() => undefined);
  if (
    !Array.isArray(options) ||
    options.length !== asked.length ||
    !Array.isArray(given) ||
    given.length !== asked.length
  )
    throw row.error(
      "options",
      `expected options and an answer for each of ${asked.length} questions. Correct the article, or skip such with onBadRow.`,
    );
  return asked.map((question, i) => {
    const one = new RecordRow("readRace", { options: options[i], answer: (given as unknown[])[i] }, row.place);
    const choices = one.texts("options");
    return {
      id: id === undefined ? undefined : `${id}-${i}`,
      context,
      question,
      choices,
      label: one.label("answer", letters.slice(0, choices.length)),
    };
  });
}
