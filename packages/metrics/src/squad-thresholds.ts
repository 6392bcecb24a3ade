import { checkFinite, checkPaired } from "./checks.ts";
import { squadExactMatch, squadF1 } from "./squad.ts";

/** The best that a threshold over null odds can make of a score. */
export interface SquadThreshold {
  /** In [0, 1]. */
  score: number;
  /** "No answer" is given where the null odds are greater. */
  threshold: number;
}

export interface SquadThresholds {
  exactMatch: SquadThreshold;
  f1: SquadThreshold;
}

/**
 * The thresholds for "no answer" that score best, as SQuAD's evaluate-v2.0.py finds them from --na-prob-file (its
 * `find_all_best_thresh`, in percent). `predictions` holds the best answer of each question that is not "no answer" (or
 * "" where there is none), `nullOdds` how much likelier "no answer" is: any finite numbers that rise with it.
 */
export function squadThresholds(
  predictions: readonly string[],
  answers: readonly (readonly string[])[],
  nullOdds: readonly number[],
): SquadThresholds {
  checkPaired("squadThresholds", predictions, answers, ["predictions", "answers"]);
  checkPaired("squadThresholds", predictions, nullOdds, ["predictions", "nullOdds"]);
  checkFinite("squadThresholds", nullOdds, "nullOdds");
  const order = Array.from(nullOdds, (_, i) => i).sort((a, b) => nullOdds[a]! - nullOdds[b]!);
  const best = (score: (prediction: string, answers: readonly string[]) => number): SquadThreshold => {
    // From "no answer" to all questions on, one after the other gives its prediction instead.
    let sum = answers.filter((golds) => golds.length === 0).length;
    let found: SquadThreshold = { score: sum, threshold: 0 };
    for (const i of order) {
      if (answers[i]!.length > 0) sum += score(predictions[i]!, answers[i]!);
      else if (predictions[i] !== "") sum -= 1;
      if (sum > found.score) found = { score: sum, threshold: nullOdds[i]! };
    }
    return { ...found, score: found.score / answers.length };
  };
  return { exactMatch: best(squadExactMatch), f1: best(squadF1) };
}
