import { checkFinite, checkPaired } from "./checks.ts";
import { checkAnswers, squadExactMatch, squadF1 } from "./squad.ts";

/** The best score over thresholds of the null odds. */
export interface SquadThreshold {
  /** In [0, 1]. */
  readonly score: number;
  /** "No answer" is predicted if the null odds are greater. */
  readonly threshold: number;
}

export interface SquadThresholds {
  readonly exactMatch: SquadThreshold;
  readonly f1: SquadThreshold;
}

/**
 * The best thresholds for "no answer", as SQuAD's evaluate-v2.0.py finds them with --na-prob-file
 * (`find_all_best_thresh`, in percent). `predictions` has the best answer to each question other than "no answer", or
 * "" if there is none. `nullOdds` are larger the likelier "no answer" is; Infinity if there is no other answer, as from
 * `decodeAnswers`.
 */
export function squadThresholds(
  predictions: readonly string[],
  answers: readonly (readonly string[])[],
  nullOdds: readonly number[],
): SquadThresholds {
  checkPaired("squadThresholds", predictions, answers, ["predictions", "answers"]);
  checkPaired("squadThresholds", predictions, nullOdds, ["predictions", "nullOdds"]);
  const odds = nullOdds.map((value) => (value === Infinity ? Number.MAX_VALUE : value));
  checkFinite("squadThresholds", odds, "nullOdds");
  for (const [i, golds] of answers.entries()) checkAnswers("squadThresholds", predictions[i], golds, `[${i}]`);
  const order = Array.from(odds, (_, i) => i).sort((a, b) => odds[a]! - odds[b]!);
  const best = (score: (prediction: string, answers: readonly string[]) => number): SquadThreshold => {
    // Start with "no answer" to all questions; replace it by predictions in order of the odds.
    let sum = answers.filter((golds) => golds.length === 0).length;
    let found: SquadThreshold = { score: sum, threshold: 0 };
    for (const i of order) {
      if (answers[i]!.length > 0) sum += score(predictions[i]!, answers[i]!);
      else if (predictions[i] !== "") sum -= 1;
      if (sum > found.score) found = { score: sum, threshold: odds[i]! };
    }
    return { ...found, score: found.score / answers.length };
  };
  return { exactMatch: best(squadExactMatch), f1: best(squadF1) };
}
