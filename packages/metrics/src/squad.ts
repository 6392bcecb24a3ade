import { checkText, checkTexts } from "@bertkit/checks";
import { checkPaired } from "./checks.ts";

/** White space of Python's `split`: unlike \s it includes U+001C–U+001F and U+0085, and not U+FEFF. */
const pythonSpaces = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/; // eslint-disable-line no-control-regex

/**
 * Normalizes an answer as SQuAD does: lower case, without ASCII punctuation and the articles a, an, the; single spaces.
 */
export function normalizeAnswer(text: string): string {
  checkText("normalizeAnswer", "text", text);
  return text
    .toLowerCase()
    .replace(/[!-/:-@[-`{-~]/g, "")
    .replace(/(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu, " ")
    .split(pythonSpaces)
    .filter((word) => word !== "")
    .join(" ");
}

/**
 * 1 if the normalized prediction equals a normalized answer, otherwise 0. An empty list, or "", means that there is no
 * answer.
 */
export function squadExactMatch(prediction: string, answers: readonly string[]): number {
  checkAnswers("squadExactMatch", prediction, answers);
  const predicted = normalizeAnswer(prediction);
  return golds(answers).some((answer) => answer === predicted) ? 1 : 0;
}

/** F1 of the words shared by prediction and answer, as multisets; the best over the answers. */
export function squadF1(prediction: string, answers: readonly string[]): number {
  checkAnswers("squadF1", prediction, answers);
  const predicted = normalizeAnswer(prediction);
  return golds(answers).reduce((best, answer) => Math.max(best, wordF1(predicted, answer)), 0);
}

export interface SquadScores {
  readonly exactMatch: number;
  readonly f1: number;
}

/**
 * Mean exact match and F1 over questions, in [0, 1], as in SQuAD's evaluate-v2.0.py, which prints percent (Rajpurkar et
 * al., 2016, 2018). `answers` has all accepted answers of each question; an empty list for a question without an
 * answer.
 */
export function squadScores(predictions: readonly string[], answers: readonly (readonly string[])[]): SquadScores {
  checkPaired("squadScores", predictions, answers, ["predictions", "answers"]);
  const mean = (score: (prediction: string, answers: readonly string[]) => number): number =>
    predictions.reduce((sum, prediction, i) => sum + score(prediction, answers[i]!), 0) / predictions.length;
  return { exactMatch: mean(squadExactMatch), f1: mean(squadF1) };
}

/** @param index is appended to the names of the arguments, such as "[3]" */
export function checkAnswers(where: string, prediction: unknown, answers: readonly string[], index?: string): void {
  checkText(where, index === undefined ? "prediction" : `predictions${index}`, prediction, 'Pass "" for no answer.');
  checkTexts(where, `answers${index ?? ""}`, answers);
}

/** The normalized answers without empty ones; [""] if none is left. */
function golds(answers: readonly string[]): string[] {
  const normalized = answers.map(normalizeAnswer).filter((answer) => answer !== "");
  return normalized.length === 0 ? [""] : normalized;
}

function wordF1(predicted: string, answer: string): number {
  if (predicted === "" || answer === "") return predicted === answer ? 1 : 0;
  const predictedWords = predicted.split(" ");
  const answerWords = answer.split(" ");
  const left = new Map<string, number>();
  for (const word of answerWords) left.set(word, (left.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of predictedWords) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    shared++;
  }
  return (2 * shared) / (predictedWords.length + answerWords.length);
}
