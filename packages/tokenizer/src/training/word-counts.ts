/**
 * Counts words. Beyond `maxWords` distinct words it forgets the rarest, so memory is bounded. Counts are exact up to
 * that point and deterministic after it.
 */
export class WordCounts {
  readonly counts: Map<string, number> = new Map();
  readonly #maxWords: number;

  constructor({ maxWords = 4_000_000 }: { maxWords?: number } = {}) {
    this.#maxWords = maxWords;
  }

  add(word: string, count = 1): void {
    const before = this.counts.get(word);
    // A slice would keep its whole text in memory; split and join copies it.
    this.counts.set(before === undefined ? word.split("").join("") : word, (before ?? 0) + count);
    if (this.counts.size > this.#maxWords) this.#forget();
  }

  #forget(): void {
    for (let least = 1; this.counts.size > this.#maxWords / 2; least *= 2) {
      for (const [word, count] of this.counts) if (count <= least) this.counts.delete(word);
    }
  }
}
