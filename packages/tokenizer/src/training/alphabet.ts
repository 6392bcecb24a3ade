import type { WordCounts } from "./word-counts.ts";

/**
 * The alphabet in code point order: all of `initial`, then the most frequent characters of the corpus, up to `limit` in
 * total. Of equally frequent ones the lower code points are taken.
 */
export function findAlphabet(words: WordCounts, limit: number, initial: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const [word, count] of words.counts)
    for (const character of word) counts.set(character, (counts.get(character) ?? 0) + count);
  for (const text of initial) {
    const first = text[Symbol.iterator]().next().value;
    if (first !== undefined) counts.set(first, Infinity);
  }
  const byCount = [...counts].sort((a, b) => (a[1] === b[1] ? byPoint(a[0], b[0]) : b[1] - a[1]));
  return byCount
    .slice(0, limit)
    .map(([character]) => character)
    .sort(byPoint);
}

export function byPoint(a: string, b: string): number {
  return a.codePointAt(0)! - b.codePointAt(0)!;
}
