import { checkJsonDepth } from "@bertkit/checks";
import { DatasetError } from "../dataset-error.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { readerDataset } from "../dataset/reader-dataset.ts";
import { badRowRules } from "../option-rules.ts";
import type { BadRowOptions } from "../tables/table-options.ts";
import { quoted } from "../tables/table-row.ts";
import type { Source, SourceOptions } from "../sources/source.ts";
import { textOf } from "../text/read-text.ts";

export interface SquadAnswer {
  readonly text: string;
  /** Its start in the context, in UTF-16 units: `context.slice(start, start + text.length) === text`. */
  readonly start: number;
}

export interface SquadExample {
  readonly id: string;
  readonly title: string;
  readonly question: string;
  readonly context: string;
  /** In train one, in dev several people's answers; none if the question is impossible. */
  readonly answers: SquadAnswer[];
  /** SQuAD 2.0: the context does not have the answer. Always false in 1.1. */
  readonly isImpossible: boolean;
  /** SQuAD 2.0: plausible answers to an impossible question. */
  readonly plausibleAnswers: SquadAnswer[];
}

/**
 * Questions of a SQuAD file, 1.1 or 2.0 (Rajpurkar et al. 2016, 2018). The whole file is parsed in memory, which takes
 * up to 45 times its length. SQuAD counts `answer_start` in code points; here it is in UTF-16 units, as in JavaScript.
 */
export function readSquad(source: Source, options: SourceOptions & BadRowOptions = {}): Dataset<SquadExample> {
  return readerDataset("readSquad", source, options, badRowRules, async function* (options) {
    const { file, onBadRow } = options;
    let text = "";
    for await (const piece of textOf(source, options)) text += piece;
    for (const [a, article] of list(parse(text, file), "data", "", file).entries()) {
      for (const [p, paragraph] of list(article, "paragraphs", `data[${a}]`, file).entries()) {
        const unitOf = unitsOf(paragraph["context"]);
        for (const [q, question] of list(paragraph, "qas", `data[${a}].paragraphs[${p}]`, file).entries()) {
          try {
            yield example(article, paragraph, question, unitOf);
          } catch (error) {
            if (!(error instanceof QuestionError)) throw error;
            const located = new DatasetError("readSquad", `data[${a}].paragraphs[${p}].qas[${q}]: ${error.message}`, {
              file,
            });
            if (onBadRow === undefined) throw located;
            onBadRow(located);
          }
        }
      }
    }
  });
}

/** An error of one question, before its position is known. */
class QuestionError extends Error {}

type Json = { readonly [key: string]: unknown };

function parse(text: string, file: string | undefined): Json {
  try {
    checkJsonDepth(text);
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new DatasetError(
      "readSquad",
      `not JSON: ${(error as Error).message}. Download the file again; it may be truncated.`,
      { file },
    );
  }
}

function list(holder: Json, key: string, place: string, file: string | undefined): Json[] {
  const value = holder?.[key];
  if (Array.isArray(value)) return value as Json[];
  throw new DatasetError(
    "readSquad",
    `${place === "" ? "the file" : place} has no list "${key}". A SQuAD file holds data[].paragraphs[].qas[].`,
    { file },
  );
}

function example(article: Json, paragraph: Json, question: Json, unitOf: UnitOf): SquadExample {
  if (typeof question !== "object" || question === null)
    throw new QuestionError("a question must be an object. Correct it, or skip such questions with onBadRow.");
  const context = text(paragraph, "context");
  const isImpossible = question["is_impossible"] === true;
  return {
    id: text(question, "id"),
    title: typeof article["title"] === "string" ? article["title"] : "",
    question: text(question, "question"),
    context,
    answers: isImpossible ? [] : answersIn(question, "answers", context, unitOf),
    isImpossible,
    plausibleAnswers: answersIn(question, "plausible_answers", context, unitOf),
  };
}

function answersIn(question: Json, key: string, context: string, unitOf: UnitOf): SquadAnswer[] {
  const answers = question[key] ?? [];
  if (!Array.isArray(answers))
    throw new QuestionError(`"${key}" must be a list. Correct it, or skip such questions with onBadRow.`);
  return answers.map((answer: unknown) => answerIn(context, answer as Json, unitOf));
}

function text(holder: Json, key: string): string {
  const value = typeof holder === "object" && holder !== null ? holder[key] : undefined;
  if (typeof value === "string") return value;
  throw new QuestionError(
    `"${key}" must be text, got ${described(value)}. Correct it, or skip such questions with onBadRow.`,
  );
}

function described(value: unknown): string {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  return quoted(String(value));
}

/** Maps the index of a code point to its start in UTF-16 units. */
type UnitOf = (codePoint: number) => number;

/** Creates that function for a context, which many answers share, in one pass over it. */
function unitsOf(context: unknown): UnitOf {
  const astral: number[] = []; // the index of each code point that has two units
  if (typeof context === "string")
    for (let unit = 0; unit < context.length; unit++) {
      if (context.codePointAt(unit)! > 0xffff) astral.push(unit++ - astral.length);
    }
  return (codePoint) => {
    let [low, high] = [0, astral.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (astral[middle]! < codePoint) low = middle + 1;
      else high = middle;
    }
    return codePoint + low;
  };
}

function answerIn(context: string, answer: Json, unitOf: UnitOf): SquadAnswer {
  const answerText = text(answer, "text");
  const codePoints = answer["answer_start"];
  if (typeof codePoints !== "number" || !Number.isSafeInteger(codePoints) || codePoints < 0)
    throw new QuestionError(
      `"answer_start" must be a whole number of at least 0, got ${described(codePoints)}. Correct it, or skip such questions with onBadRow.`,
    );
  const start = unitOf(codePoints);
  if (!context.startsWith(answerText, start)) {
    const there = context.slice(start, start + answerText.length);
    throw new QuestionError(
      `the context has ${quoted(there)} at ${codePoints}, where the answer is ${quoted(answerText)}. Correct answer_start, or skip such questions with onBadRow.`,
    );
  }
  return { text: answerText, start };
}
