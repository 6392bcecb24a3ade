import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batch } from "./batch.ts";
import { bucketByLength } from "./bucket-by-length.ts";
import { collect } from "./collect.ts";
import { concat } from "./concat.ts";
import { filter } from "./filter.ts";
import { map } from "./map.ts";
import { repeat } from "./repeat.ts";
import { shuffle } from "./shuffle.ts";
import { splitHoldout } from "./split-holdout.ts";
import { take } from "./take.ts";

/** A linear congruential generator (Numerical Recipes), enough for tests. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const items = fc.array(fc.integer());

/** Counts the items read, and records whether it was closed. */
function counted(count: number): { source: AsyncGenerator<number>; pulled: () => number; closed: () => boolean } {
  let pulled = 0;
  let closed = false;
  async function* generate(): AsyncGenerator<number> {
    try {
      for (; pulled < count;) yield pulled++;
    } finally {
      closed = true;
    }
  }
  return { source: generate(), pulled: () => pulled, closed: () => closed };
}

describe("map, filter, take, concat", () => {
  it("do what arrays do, also with promises, and again when read twice", async () => {
    const doubled = map([1, 2, 3], async (n, i) => n * 2 + i);
    expect(await collect(doubled)).toEqual([2, 5, 8]);
    expect(await collect(doubled)).toEqual([2, 5, 8]);
    expect(await collect(filter(numbers(6), (n) => n % 2 === 0))).toEqual([0, 2, 4]);
    expect(
      await collect(
        concat(
          [1],
          (async function* () {
            yield 2;
          })(),
          [],
        ),
      ),
    ).toEqual([1, 2]);
  });

  it("take reads no extra item and closes its source", async () => {
    const { source, pulled, closed } = counted(10);
    expect(await collect(take(source, 3))).toEqual([0, 1, 2]);
    expect([pulled(), closed()]).toEqual([3, true]);
    expect(await collect(take([1], 0))).toEqual([]);
    expect(() => take([1], -1)).toThrow("take: count must be an integer of 0 or more, got -1.");
  });
});

describe("batch", () => {
  it("keeps all items in order, full batches first", async () => {
    await fc.assert(
      fc.asyncProperty(items, fc.integer({ min: 1, max: 5 }), async (all, size) => {
        const batches = await collect(batch(all, size));
        expect(batches.flat()).toEqual(all);
        for (const full of batches.slice(0, -1)) expect(full).toHaveLength(size);
        expect(await collect(batch(all, size, { dropRemainder: true }))).toEqual(
          batches.filter((each) => each.length === size),
        );
      }),
    );
    expect(() => batch([], 0)).toThrow("batch: size must be an integer of 1 or more, got 0.");
  });
});

describe("shuffle", () => {
  it("returns every item once, in the same order for the same seed", async () => {
    await fc.assert(
      fc.asyncProperty(items, fc.integer({ min: 1, max: 8 }), fc.nat(), async (all, bufferSize, seed) => {
        const order = await collect(shuffle(all, { bufferSize, random: seeded(seed) }));
        expect(order.toSorted((a, b) => a - b)).toEqual(all.toSorted((a, b) => a - b));
        expect(await collect(shuffle(all, { bufferSize, random: seeded(seed) }))).toEqual(order);
      }),
    );
  });

  it("moves an item forward by less than its buffer size, and holds no more items", async () => {
    const { source, pulled } = counted(1000);
    let given = 0;
    for await (const item of shuffle(source, { bufferSize: 16, random: seeded(1) })) {
      expect(pulled() - given).toBeLessThanOrEqual(17);
      expect(item - given).toBeLessThanOrEqual(16);
      given++;
    }
    expect(given).toBe(1000);
  });

  it("is uniform if the buffer holds all items (chi-squared, 24 orders of 4)", async () => {
    const random = seeded(7);
    const counts = new Map<string, number>();
    for (let i = 0; i < 4800; i++) {
      const order = (await collect(shuffle(numbers(4), { bufferSize: 4, random }))).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0);
    expect(chiSquared).toBeLessThan(49.7); // 23 degrees of freedom, p = 0.001
  });

  it("rejects an invalid random", async () => {
    await expect(collect(shuffle([1, 2], { bufferSize: 1, random: () => 1 }))).rejects.toThrow(
      "shuffle: random must give numbers in [0, 1), got 1.",
    );
  });
});

describe("repeat", () => {
  it("reads its source again in each pass, and throws if it cannot", async () => {
    expect(await collect(repeat([1, 2], 3))).toEqual([1, 2, 1, 2, 1, 2]);
    expect(await collect(take(repeat([1, 2]), 5))).toEqual([1, 2, 1, 2, 1]);
    expect(await collect(repeat([]))).toEqual([]);
    await expect(collect(repeat(counted(2).source, 2))).rejects.toThrow(
      "repeat: the source had no items in pass 2: it can be read only once.",
    );
  });
});

describe("bucketByLength", () => {
  it("batches items of one bucket, loses none, and fills all batches but each bucket's last", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ maxLength: 12 })), async (all) => {
        const length = (text: string): number => text.length;
        const batches = await collect(bucketByLength(all, { length, boundaries: [3, 6], batchSize: [4, 3, 2] }));
        const bucketOf = (text: string): number => (text.length <= 3 ? 0 : text.length <= 6 ? 1 : 2);
        const short = [0, 0, 0];
        for (const each of batches) {
          const bucket = bucketOf(each[0]!);
          expect(each.map(bucketOf)).toEqual(each.map(() => bucket));
          if (each.length < [4, 3, 2][bucket]!) short[bucket]!++;
        }
        for (const count of short) expect(count).toBeLessThanOrEqual(1);
        expect(batches.flat().toSorted()).toEqual(all.toSorted());
        const full = await collect(
          bucketByLength(all, { length, boundaries: [3, 6], batchSize: [4, 3, 2], dropRemainder: true }),
        );
        expect(full).toEqual(batches.filter((each) => each.length === [4, 3, 2][bucketOf(each[0]!)]));
      }),
    );
  });

  it("rejects boundaries that do not ascend and sizes that do not match", () => {
    const length = (): number => 1;
    expect(() => bucketByLength([], { length, boundaries: [4, 4], batchSize: 1 })).toThrow(
      "boundaries must ascend, got 4, 4.",
    );
    expect(() => bucketByLength([], { length, boundaries: [4], batchSize: [1] })).toThrow(
      "batchSize must have one number per bucket, 2, got 1.",
    );
  });

  it.each([NaN, -1, undefined, "3"])("rejects the length %s, which would be in the last bucket", async (wrong) => {
    const batches = bucketByLength([1], { length: () => wrong as number, boundaries: [4], batchSize: 1 });
    await expect(collect(batches)).rejects.toThrow("bucketByLength: length must give a number of at least 0, got");
  });
});

describe("splitHoldout", () => {
  it("splits the items in two, in order, by the fraction", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 60 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.nat(),
        async (count, fraction, seed) => {
          const { train, holdout } = await splitHoldout(numbers(count), { fraction, random: seeded(seed) });
          expect([...train, ...holdout].toSorted((a, b) => a - b)).toEqual(numbers(count));
          expect(holdout).toEqual(holdout.toSorted((a, b) => a - b));
          expect(Math.abs(holdout.length - fraction * count)).toBeLessThanOrEqual(1);
          expect(holdout.length).toBeGreaterThan(0);
          expect(train.length).toBeGreaterThan(0);
        },
      ),
    );
  });

  it("holds out each item equally often", async () => {
    const random = seeded(3);
    const held = new Array<number>(10).fill(0);
    for (let i = 0; i < 3000; i++)
      for (const item of (await splitHoldout(numbers(10), { fraction: 0.3, random })).holdout) held[item]!++;
    for (const count of held) expect(Math.abs(count - 900)).toBeLessThan(4 * Math.sqrt(3000 * 0.3 * 0.7));
  });

  it("keeps a rare group in both parts", async () => {
    const labels = numbers(100).map((i) => (i < 4 ? "threat" : "none"));
    const { train, holdout } = await splitHoldout(labels, { fraction: 0.1, random: seeded(1), by: (label) => label });
    expect([holdout.length, holdout.filter((label) => label === "threat").length]).toEqual([11, 1]);
    expect(train.filter((label) => label === "threat")).toHaveLength(3);
    await expect(splitHoldout([1], { fraction: 10, random: Math.random })).rejects.toThrow(
      "fraction must be a number above 0 and below 1, got 10.",
    );
  });
});
