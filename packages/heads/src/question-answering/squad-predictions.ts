import { joinedWords } from "./context-words.ts";
import type { Answers } from "./decode-answers.ts";

/** One answer of nbest_predictions.json. */
export interface SquadNBestEntry {
  readonly text: string;
  readonly probability: number;
  readonly start_logit: number;
  readonly end_logit: number;
}

/** The files of run_squad.py, each ready for JSON.stringify, by the questions' ids. */
export interface SquadPredictions {
  /** predictions.json, which SQuAD's evaluation reads. */
  readonly predictions: Record<string, string>;
  /** nbest_predictions.json */
  readonly nBest: Record<string, SquadNBestEntry[]>;
  /** null_odds.json, which evaluate-v2.0.py reads as --na-prob-file; empty where "no answer" was not asked for. */
  readonly nullOdds: Record<string, number>;
}

/**
 * Answers in the form of google-research/bert's run_squad.py, whose answers have one space wherever the context has any
 * white space. Where a question has no answer at all, which that script writes as "empty", this writes "".
 */
export function squadPredictions(answers: Iterable<readonly [id: string, answers: Answers]>): SquadPredictions {
  const files = {
    predictions: {} as Record<string, string>,
    nBest: {} as Record<string, SquadNBestEntry[]>,
    nullOdds: {} as Record<string, number>,
  };
  for (const [id, { nBest, best, nullOdds }] of answers) {
    files.predictions[id] = joinedWords(best?.text ?? "");
    files.nBest[id] = nBest.map(({ text, probability, startLogit, endLogit }) => ({
      text: joinedWords(text),
      probability,
      start_logit: startLogit,
      end_logit: endLogit,
    }));
    // JSON has no Infinity.
    if (nullOdds !== undefined) files.nullOdds[id] = Math.min(nullOdds, Number.MAX_VALUE);
  }
  return files;
}
