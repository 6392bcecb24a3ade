// Compared with google-research/bert's run_squad.py and Hugging Face's run_qa.py:
// tooling/reference/question_answering.py.
import { createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { collect, readSquad } from "@bertkit/datasets";
import { sharedData } from "@bertkit/testing";
import { bertTokenizer, hfFast, parseVocabulary, Vocabulary, type Tokenizer } from "@bertkit/tokenizer";
import { google } from "@bertkit/tokenizer/dialects";
import { describe, expect, it } from "vitest";

import reference from "./__fixtures__/squad.json" with { type: "json" };
import type { WindowLogits } from "./best-spans.ts";
import { decodeAnswers, type AnswerOptions } from "./decode-answers.ts";
import { encodeQuestion, type QuestionInput, type WindowOptions } from "./encode-question.ts";
import { type FeatureOptions, type QuestionExample, type QuestionFeature, questionFeatures } from "./question-batch.ts";
import { squadPredictions, type SquadPredictions } from "./squad-predictions.ts";

type Formula = (window: number, position: number, end: 0 | 1) => number;

const mixed: Formula = (window, position, end) =>
  (window * 7919 + position * 104729 + end * 15485863 + (window + 7) * (position + 3) * (end + 5) * 31) % 65537;

/** Many are equal, so that the order of ties matters. */
const withTies: Formula = (window, position, end) => {
  const x = mixed(window, position, end);
  return position === 0 ? 9.5 + ((x % 21) - 10) / 32 : ((x % 641) - 320) / 32;
};

const withoutTies: Formula = (window, position, end) => (mixed(window, position, end) - 32768) / 4096;

/** The answers to all questions of a set, with logits from a formula: `length` per window, or one per token. */
function predictions(
  questions: readonly (QuestionInput & { id: string })[],
  tokenizer: Tokenizer,
  formula: Formula,
  options: WindowOptions & AnswerOptions,
  length?: number,
): SquadPredictions {
  let window = 0;
  return squadPredictions(
    questions.map((question) => {
      const encoded = encodeQuestion(question, tokenizer, options);
      const logits = encoded.windows.map(({ ids }): WindowLogits => {
        const of = (end: 0 | 1): number[] =>
          Array.from({ length: length ?? ids.length }, (_, position) => formula(window, position, end));
        const both = { start: of(0), end: of(1) };
        window++;
        return both;
      });
      return [question.id, decodeAnswers(encoded, logits, tokenizer, options)] as const;
    }),
    options,
  );
}

const bits = ({ maximumContext }: QuestionFeature): string => maximumContext.join("");
const secondTypes = ({ tokenTypeIds }: QuestionFeature): number => tokenTypeIds.reduce((sum, type) => sum + type, 0);

describe.each(reference.cases)("awkward texts, lower case $lowercase, null answers $nullAnswers", (expected) => {
  const vocabulary = new Vocabulary(reference.vocabulary);
  const tokenizer = bertTokenizer({ vocabulary, lowercase: expected.lowercase, dialect: google });
  const options = { ...expected.setting, mode: "google", nullAnswers: expected.nullAnswers } as const;
  const questions = collect(readSquad([JSON.stringify(reference.squad)]));

  it.skipIf(expected.rows.length === 0)("gives run_squad.py's features", async () => {
    const rows = (await questions).flatMap((question) =>
      questionFeatures(question, tokenizer, options).map((feature) => ({
        id: question.id,
        ids: [...feature.ids],
        types: secondTypes(feature),
        start: feature.startPosition,
        end: feature.endPosition,
        best: bits(feature),
      })),
    );
    // If cleaning removes all characters of an answer, run_squad.py makes a span that ends before it starts.
    const sensible = expected.rows.filter(({ start, end }) => start <= end);
    expect([sensible.length, expected.rows.length]).toEqual([expected.features - 1, expected.features]);
    expect(rows).toEqual(sensible);
  });

  it("gives run_squad.py's files", async () => {
    const files = predictions(await questions, tokenizer, withTies, options, expected.setting.maxLength);
    expect(files.predictions).toEqual(expected.predictions);
    expect(files.nullOdds).toEqual(expected.nullOdds);
    for (const [id, entries] of Object.entries(expected.nBest)) {
      const ours = files.nBest[id]!.slice(0, 6);
      expect(ours.map(({ text, start_logit, end_logit }) => [text, start_logit, end_logit])).toEqual(
        entries.map(([text, , start, end]) => [text, start, end]),
      );
      expect(ours.map(({ probability }) => probability)).toBeAllClose(
        entries.map(([, probability]) => probability as number),
        { absolute: 1e-15, relative: 1e-13 },
      );
    }
  });

  it("answers are slices of the context", async () => {
    for (const question of await questions) {
      const encoded = encodeQuestion(question, tokenizer, options);
      const logits = encoded.windows.map(({ ids }, window) => ({
        start: Array.from(ids, (_, i) => withTies(window, i, 0)),
        end: Array.from(ids, (_, i) => withTies(window, i, 1)),
      }));
      for (const mode of ["google", "offsets"] as const)
        for (const { text, start, end } of decodeAnswers(encoded, logits, tokenizer, { ...options, mode }).nBest)
          expect(question.context.slice(start, end)).toBe(text);
    }
  });
});

const digest = (lines: readonly string[]): string => createHash("sha256").update(lines.join("\n")).digest("hex");

// Skipped where the real files are absent.
describe.skipIf(!sharedData).each(reference.files)("$file, $mode, $setting", (expected) => {
  const { setting, nullAnswers } = expected;
  const options = { ...setting, mode: expected.mode, nullAnswers } as FeatureOptions & AnswerOptions;
  const isGoogle = expected.mode === "google";
  const file = join(sharedData ?? "", "vocab", "bert-base-uncased", "vocab.txt");
  const load = async () => ({
    tokenizer: bertTokenizer({
      vocabulary: parseVocabulary(readFileSync(file, "utf8")),
      dialect: isGoogle ? google : hfFast,
    }),
    questions: await collect(readSquad(createReadStream(join(sharedData!, "qa", expected.file)))),
  });

  it(`gives the ${expected.features} features`, async () => {
    const { tokenizer, questions } = await load();
    const lines = questions.flatMap((question: QuestionExample & { id: string }) =>
      questionFeatures(question, tokenizer, options).map((feature) => {
        const { ids, startPosition, endPosition } = feature;
        return `${question.id} ${ids.join(",")} ${secondTypes(feature)} ${startPosition} ${endPosition} ${bits(feature)}`;
      }),
    );
    expect(lines.length).toBe(expected.features);
    expect(digest(lines)).toBe(expected.featureDigest);
  });

  it("has the n-best answers", async () => {
    const { tokenizer, questions } = await load();
    const files = isGoogle
      ? predictions(questions, tokenizer, withTies, options, setting.maxLength)
      : predictions(questions, tokenizer, withoutTies, options);
    const lines = questions.map(({ id }) => {
      const nBest = files.nBest[id]!.map(({ text }) => text);
      // If no span is allowed, both scripts invent one.
      const texts = nBest.length === 0 ? ["empty", "empty"] : [files.predictions[id]!, ...nBest];
      const odds = isGoogle ? [nullAnswers ? String(files.nullOdds[id]! * 32) : ""] : [];
      return [id, ...texts, ...odds].join("\u0001");
    });
    if (nullAnswers)
      expect(Object.values(files.predictions).filter((text) => text === "").length).toBe(expected.impossible);
    expect(digest(lines)).toBe(expected.answerDigest);
  });
});
