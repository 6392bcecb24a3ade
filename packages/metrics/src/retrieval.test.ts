import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Collected } from "./collected.ts";
import { ndcg, recallAtK, reciprocalRank, retrievalScores } from "./retrieval.ts";

describe("ranking metrics", () => {
  it("agree with values computed by hand", () => {
    // Wikipedia, "Discounted cumulative gain": relevances 3, 2, 3, 0, 1, 2 in the order shown.
    const gains = [3, 2, 3, 0, 1, 2];
    const dcg = gains.reduce((sum, gain, i) => sum + gain / Math.log2(i + 2), 0);
    const best = gains.toSorted((a, b) => b - a).reduce((sum, gain, i) => sum + gain / Math.log2(i + 2), 0);
    expect(dcg).toBeCloseTo(6.861, 3);
    expect(ndcg([6, 5, 4, 3, 2, 1], gains)).toBeCloseTo(dcg / best, 12);
    expect(reciprocalRank([0.9, 0.8, 0.7], [0, 0, 1])).toBeCloseTo(1 / 3, 12);
    expect(reciprocalRank([0.9, 0.8, 0.7], [0, 0, 1], 2)).toBe(0);
    expect(recallAtK([4, 3, 2, 1], [1, 0, 1, 1], 3)).toBeCloseTo(2 / 3, 12);
    expect(ndcg([1, 2, 3], [0, 0, 1], 1)).toBe(1);
  });

  it("average over all orders of equal scores", () => {
    const permutations = (items: number[]): number[][] =>
      items.length === 0
        ? [[]]
        : items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
    const query = fc
      .array(fc.tuple(fc.nat(2), fc.nat(1)), { minLength: 1, maxLength: 5 })
      .filter((items) => items.some(([, label]) => label === 1));
    fc.assert(
      fc.property(query, fc.integer({ min: 1, max: 6 }), (items, k) => {
        const scores = items.map(([score]) => score);
        const labels = items.map(([, label]) => label);
        for (const metric of [ndcg, reciprocalRank, recallAtK]) {
          const all = permutations(scores.map((_, i) => i));
          // An order of the items breaks ties, by less than scores differ.
          const mean =
            all.reduce(
              (sum, order) =>
                sum +
                metric(
                  scores.map((score, i) => score - order.indexOf(i) / 100),
                  labels,
                  k,
                ),
              0,
            ) / all.length;
          expect(metric(scores, labels, k)).toBeCloseTo(mean, 12);
        }
      }),
    );
  });

  it("are means over queries, which stream and merge", () => {
    const scores = [
      [3, 2, 1],
      [1, 1],
      [0.2, 0.9, 0.4, 0.1],
    ];
    const relevances = [
      [0, 1, 0],
      [1, 0],
      [1, 1, 0, 0],
    ];
    const all = retrievalScores(scores, relevances, { k: 2 });
    expect(all.mrr).toBeCloseTo((1 / 2 + 3 / 4 + 1) / 3, 12);
    expect(all.recall).toBeCloseTo((1 + 1 + 1 / 2) / 3, 12);
    const [first, second] = [1, 2].map(
      () => new Collected((found: number[][], relevant: number[][]) => retrievalScores(found, relevant, { k: 2 })),
    ) as [Collected<number[], number[], typeof all>, Collected<number[], number[], typeof all>];
    first.update(scores.slice(0, 1), relevances.slice(0, 1));
    second.update(scores.slice(1), relevances.slice(1));
    first.merge(second);
    expect(first.result()).toEqual(all);
  });

  it("reject undefined metrics", () => {
    for (const metric of [ndcg, reciprocalRank, recallAtK]) {
      expect(() => metric([1, 2], [0, 0], 1)).toThrow("no item is relevant, got 2 items. Leave the query out");
      expect(() => metric([1, 2], [0, 1], 0)).toThrow("k must be a whole number of at least 1, got 0");
      expect(() => metric([1, Number.NaN], [0, 1], 1)).toThrow("scores must be finite numbers, got NaN at 1");
    }
    expect(() => ndcg([1, 2], [-1, 1])).toThrow("relevances must be at least 0, got -1 at 0");
    expect(() => reciprocalRank([1, 2], [2, 1])).toThrow("relevances must be 0 or 1");
  });
});
