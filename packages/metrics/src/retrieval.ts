import { checkOptions, either, number, wholeNumber } from "@bertkit/checks";
import { averagePrecision } from "./average-precision.ts";
import { checkBinary, checkFinite, checkPaired } from "./checks.ts";
import { MetricError } from "./metric-error.ts";

/** Groups of items with equal scores, in descending order. */
interface Tie {
  /** Number of items before the group. */
  readonly start: number;
  readonly relevances: number[];
}

/**
 * Normalized discounted cumulative gain of one query's items, at the first `k` (default all): the sum of relevance /
 * log2(rank + 1), divided by that of the best order (Järvelin & Kekäläinen, 2002). Relevances are at least 0. Items of
 * equal score get their mean discount, as in scikit-learn's `ndcg_score`.
 *
 * @throws MetricError if no item is relevant
 */
export function ndcg(scores: ArrayLike<number>, relevances: ArrayLike<number>, k: number = Infinity): number {
  const ties = rankedTies("ndcg", scores, relevances, k);
  for (let i = 0; i < relevances.length; i++)
    if (relevances[i]! < 0)
      throw new MetricError(`ndcg: relevances must be at least 0, got ${relevances[i]} at ${i}. Shift them.`);
  const discount = (rank: number): number => (rank < k ? 1 / Math.log2(rank + 2) : 0);
  let gain = 0;
  for (const { start, relevances: tied } of ties) {
    let discounts = 0;
    for (let i = 0; i < tied.length; i++) discounts += discount(start + i);
    gain += (discounts * tied.reduce((sum, value) => sum + value, 0)) / tied.length;
  }
  const best = Array.from(relevances)
    .sort((a, b) => b - a)
    .reduce((sum, value, rank) => sum + value * discount(rank), 0);
  return gain / best;
}

/**
 * 1 / rank of the first relevant item of one query; 0 if it is not among the first `k` (default all). Averages over all
 * orders of items with equal scores, so that the order of the input does not matter.
 */
export function reciprocalRank(scores: ArrayLike<number>, relevances: ArrayLike<number>, k: number = Infinity): number {
  const ties = rankedTies("reciprocalRank", scores, relevances, k);
  checkBinary("reciprocalRank", relevances, "relevances");
  const { start, relevances: tied } = ties.find(({ relevances }) => relevances.includes(1))!;
  const relevant = tied.filter((value) => value === 1).length;
  let mean = 0;
  let noneYet = 1; // probability that no relevant item came before this rank
  for (let i = 0; i <= tied.length - relevant && start + i < k; i++) {
    const isNext = relevant / (tied.length - i);
    mean += (noneYet * isNext) / (start + i + 1);
    noneYet *= 1 - isNext;
  }
  return mean;
}

/** Fraction of one query's relevant items that are among the first `k`, averaged over all orders of equal scores. */
export function recallAtK(scores: ArrayLike<number>, relevances: ArrayLike<number>, k: number): number {
  const ties = rankedTies("recallAtK", scores, relevances, k);
  checkBinary("recallAtK", relevances, "relevances");
  let [found, relevant] = [0, 0];
  for (const { start, relevances: tied } of ties) {
    const here = tied.filter((value) => value === 1).length;
    relevant += here;
    found += here * Math.min(1, Math.max(0, k - start) / tied.length);
  }
  return found / relevant;
}

export interface RetrievalOptions {
  /** How many of the first items count; Infinity for all. Default 10. */
  readonly k?: number;
}

/** Means over queries, each in [0, 1]. */
export interface RetrievalScores {
  readonly ndcg: number;
  /** Mean reciprocal rank. */
  readonly mrr: number;
  /** Mean average precision, over all items. */
  readonly map: number;
  readonly recall: number;
}

/**
 * Retrieval metrics over queries with relevances of 0 or 1. `scores` and `relevances` have a list of items per query.
 * `k` applies to nDCG, MRR and recall. Use `Collected` to compute them from batches.
 */
export function retrievalScores(
  scores: readonly ArrayLike<number>[],
  relevances: readonly ArrayLike<number>[],
  options: RetrievalOptions = {},
): RetrievalScores {
  checkOptions("retrievalScores", options, { k: either(wholeNumber(1), number({ from: Infinity, to: Infinity })) });
  const { k = 10 } = options;
  checkPaired("retrievalScores", scores, relevances, ["scores", "relevances"]);
  const mean = (of: (scores: ArrayLike<number>, relevances: ArrayLike<number>) => number): number =>
    scores.reduce((sum, query, i) => sum + of(query, relevances[i]!), 0) / scores.length;
  return {
    ndcg: mean((query, relevant) => ndcg(query, relevant, k)),
    mrr: mean((query, relevant) => reciprocalRank(query, relevant, k)),
    map: mean(averagePrecision),
    recall: mean((query, relevant) => recallAtK(query, relevant, k)),
  };
}

function rankedTies(where: string, scores: ArrayLike<number>, relevances: ArrayLike<number>, k: number): Tie[] {
  checkPaired(where, scores, relevances, ["scores", "relevances"]);
  checkFinite(where, scores, "scores");
  checkFinite(where, relevances, "relevances");
  if (k !== Infinity && (!Number.isInteger(k) || k < 1))
    throw new MetricError(
      `${where}: k must be a whole number of at least 1, got ${String(k)}. Pass the number of top items to consider.`,
    );
  if (!Array.from(relevances).some((value) => value > 0))
    throw new MetricError(
      `${where}: no item is relevant, got ${relevances.length} items. Leave the query out: every order is equally good.`,
    );
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  const ties: Tie[] = [];
  order.forEach((item, rank) => {
    if (rank > 0 && scores[order[rank - 1]!] === scores[item]) ties.at(-1)!.relevances.push(relevances[item]!);
    else ties.push({ start: rank, relevances: [relevances[item]!] });
  });
  return ties;
}
