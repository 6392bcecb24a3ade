import { checkArray, checkList, checkObject, checkOptions, shown } from "@bertkit/checks";
import { modeRule, questionRules } from "../option-rules.ts";
import type { AnswerMode } from "./answer-tokens.ts";
import { joinedWords } from "./context-words.ts";
import type { Answers } from "./decode-answers.ts";

/** One answer of nbest_predictions.json. */
export interface SquadNBestEntry {
  readonly text: string;
  readonly probability: number;
  readonly start_logit: number;
  readonly end_logit: number;
}

/** The output files of run_squad.py as JSON values, by question id. */
export interface SquadPredictions {
  /** predictions.json, input of SQuAD's evaluation. */
  readonly predictions: Record<string, string>;
  /** nbest_predictions.json */
  readonly nBest: Record<string, SquadNBestEntry[]>;
  /** null_odds.json, the --na-prob-file of evaluate-v2.0.py; empty without `nullAnswers`. */
  readonly nullOdds: Record<string, number>;
}

/**
 * Formats answers as google-research/bert's run_squad.py and Hugging Face's run_qa.py do. In "google" mode, white space
 * in texts becomes one space, as in run_squad.py. A question without any answer, "empty" in both scripts, gets "".
 */
export function squadPredictions(
  answers: Iterable<readonly [id: string, answers: Answers]>,
  options: { readonly mode?: AnswerMode } = {},
): SquadPredictions {
  checkOptions("squadPredictions", options, { mode: modeRule }, Object.keys(questionRules));
  checkList("squadPredictions", "answers", answers, "[id, answers]");
  const { mode = "offsets" } = options;
  const files = {
    predictions: {} as Record<string, string>,
    nBest: {} as Record<string, SquadNBestEntry[]>,
    nullOdds: {} as Record<string, number>,
  };
  const written = (text: string): string => (mode === "google" ? joinedWords(text) : text);
  for (const entry of answers) {
    checkArray("squadPredictions", "an entry", entry, "an id and its answers");
    const [id, given] = entry;
    checkObject("squadPredictions", `the second of the entry ${shown(id)}`, given, "a result of answerQuestions");
    const { nBest, best, nullOdds } = given;
    files.predictions[id] = written(best?.text ?? "");
    files.nBest[id] = nBest.map(({ text, score, startLogit, endLogit }) => ({
      text: written(text),
      probability: score,
      start_logit: startLogit,
      end_logit: endLogit,
    }));
    // JSON has no Infinity.
    if (nullOdds !== undefined) files.nullOdds[id] = Math.min(nullOdds, Number.MAX_VALUE);
  }
  return files;
}
