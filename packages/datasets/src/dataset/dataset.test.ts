import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect } from "../iterables/collect.ts";
import { Dataset } from "./dataset.ts";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const numbers = (count: number): Dataset<number> => Dataset.from(upTo(count), { name: "numbers" });
let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "bertkit-items-"))));
afterAll(() => rm(folder, { recursive: true }));

type Step = (items: Dataset<number>) => Dataset<number>;
const flat = (batches: Dataset<number[]>): Dataset<number> =>
  batches.map((items) => items.reduce((sum, item) => 31 * sum + item, 7));
let caches = 0;
const steps: Record<string, Step> = {
  map: (items) => items.map((item, index) => 2 * item + index),
  filter: (items) => items.filter((item) => item % 3 !== 0),
  flatMap: (items) => items.flatMap((item) => upTo(Math.abs(item) % 3)),
  shuffle: (items) => items.shuffle({ seed: 5 }),
  "shuffle by a buffer": (items) => items.shuffle({ seed: 5, bufferSize: 3 }),
  batch: (items) => flat(items.batch(3)),
  "batch, no rest": (items) => flat(items.batch({ size: 2, dropRemainder: true })),
  "batch by tokens": (items) => flat(items.batch({ maxTokens: 1000, length: (item) => Math.abs(item) % 97 })),
  "batch by buckets": (items) => flat(items.batch({ size: 2, boundaries: [3, 9], length: (item) => Math.abs(item) })),
  take: (items) => items.take(7),
  skip: (items) => items.skip(2),
  repeat: (items) => items.repeat(2),
  concat: (items) => items.concat(numbers(4), items),
  "concat, size unknown": (items) => items.filter(() => true).concat(numbers(4)),
  interleave: (items) => Dataset.interleave([items, numbers(3), items]),
  "interleave to the first end": (items) => Dataset.interleave([items, numbers(3)], { until: "first" }),
  mix: (items) =>
    Dataset.mix(
      [
        { dataset: items, weight: 2 },
        { dataset: numbers(5), weight: 1 },
      ],
      { seed: 1 },
    ),
  "mix to the first end": (items) =>
    Dataset.mix(
      [
        { dataset: items, weight: 1 },
        { dataset: numbers(5), weight: 1 },
      ],
      { seed: 1, until: "first" },
    ),
  shard: (items) => items.shard(3, 1),
  "cache in memory": (items) => items.cache(),
  "cache on disk": (items) => items.cache({ file: join(folder, `${caches++}.items`) }),
  prefetch: (items) => items.prefetch(2),
  epoch: (items) => items.epoch(1),
};

describe("Dataset", () => {
  it("resumes any chain at any position, and has the stated number of items", async () => {
    const chain = fc.array(fc.constantFrom(...Object.keys(steps)), { minLength: 1, maxLength: 4 });
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.nat(20), chain, fc.nat(30), fc.nat(2), async (count, names, cut, epoch) => {
        names.forEach((name) => seen.add(name));
        const make = (): Dataset<number> => names.reduce((items, name) => steps[name]!(items), numbers(count));
        const dataset = make();
        const all = await dataset.epoch(epoch).toArray();
        expect(await collect(dataset.read({ epoch, taken: 0 }))).toEqual(all);
        if (dataset.size !== undefined) expect(all).toHaveLength(dataset.size);
        const reader = dataset.read({ epoch, taken: 0 });
        const first: number[] = [];
        while (first.length < cut) {
          const next = await reader.next();
          if (next.done) break;
          first.push(next.value);
        }
        await reader.return();
        const position = JSON.parse(JSON.stringify(reader.position)) as typeof reader.position;
        expect(position).toEqual({ epoch, taken: first.length });
        expect([...first, ...(await collect(make().read(position)))]).toEqual(all);
      }),
      { numRuns: 300 },
    );
    expect(seen.size).toBe(Object.keys(steps).length);
  });

  it("does not compute skipped items if each item gives one", async () => {
    const mapped: number[] = [];
    const chain = numbers(100)
      .map((item) => (mapped.push(item), item))
      .batch(10)
      .repeat(3);
    expect(chain.size).toBe(30);
    expect(await collect(chain.read({ epoch: 0, taken: 29 }))).toEqual([upTo(100).slice(90)]);
    expect(mapped).toEqual(upTo(100).slice(90));
  });

  it("shuffles each pass differently, equally for one seed, all orders equally likely", async () => {
    const orders = new Map<string, number>();
    for (let epoch = 0; epoch < 2400; epoch++) {
      const order = (await numbers(4).shuffle({ seed: 3 }).epoch(epoch).toArray()).join("");
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(24);
    const chiSquared = [...orders.values()].reduce((sum, count) => sum + (count - 100) ** 2 / 100, 0);
    expect(chiSquared).toBeLessThan(49.7); // 23 degrees of freedom, p = 0.001
    const passes = await numbers(30).shuffle({ seed: 9 }).repeat(2).toArray();
    expect(passes.slice(0, 30)).not.toEqual(passes.slice(30));
    expect(passes.slice(30).toSorted((a, b) => a - b)).toEqual(upTo(30));
    expect(await numbers(30).shuffle({ seed: 9 }).toArray()).toEqual(passes.slice(0, 30));
    expect(
      await numbers(30)
        .shuffle({ seed: 2 ** 40 + 9 })
        .toArray(),
    ).not.toEqual(passes.slice(0, 30));
  });

  it("keeps batches within the budget, padding included, and buckets separate", async () => {
    const batches = await numbers(60)
      .batch({ maxTokens: 200, length: (item) => item })
      .toArray();
    for (const items of batches) expect(Math.max(...items) * items.length).toBeLessThanOrEqual(200);
    expect(batches.flat()).toEqual(upTo(60));
    const bucketed = await numbers(60)
      .batch({ maxTokens: 200, boundaries: [10, 40], length: (item) => item })
      .toArray();
    for (const items of bucketed) {
      expect(Math.max(...items) * items.length).toBeLessThanOrEqual(200);
      expect(new Set(items.map((item) => (item <= 10 ? 0 : item <= 40 ? 1 : 2))).size).toBe(1);
    }
    expect(bucketed.flat().toSorted((a, b) => a - b)).toEqual(upTo(60));
    await expect(
      numbers(60)
        .batch({ maxTokens: 58, length: (item) => item })
        .toArray(),
    ).rejects.toThrow("an item has 59 tokens, more than maxTokens, 58.");
  });

  it("mixes by weight, and continues with the others when one ends", async () => {
    const [zeros, ones] = [0, 1].map((value) => Dataset.from(new Array<number>(3000).fill(value)));
    const mixed = await Dataset.mix(
      [
        { dataset: zeros!, weight: 3 },
        { dataset: ones!, weight: 1 },
      ],
      { seed: 7 },
    ).toArray();
    const fraction = mixed.slice(0, 2000).filter((value) => value === 0).length / 2000;
    expect(Math.abs(fraction - 0.75)).toBeLessThan(0.04); // four standard errors
    expect([mixed.length, mixed.filter((value) => value === 0).length]).toEqual([6000, 3000]);
  });

  it("splits by ratio, seeded, and stratified by a label", async () => {
    const items = Dataset.from(upTo(1000).map((id) => ({ id, label: id % 10 === 0 ? "rare" : "common" })));
    const parts = await items.split({ train: 0.8, dev: 0.1, test: 0.1 }, { seed: 4, by: ({ label }) => label });
    const arrays = await Promise.all(Object.values(parts).map((part) => part.toArray()));
    expect(arrays.map((part) => part.length)).toEqual([800, 100, 100]);
    expect(Object.values(parts).map(({ size }) => size)).toEqual([800, 100, 100]);
    expect(arrays.map((part) => part.filter(({ label }) => label === "rare").length)).toEqual([80, 10, 10]);
    expect(new Set(arrays.flat().map(({ id }) => id)).size).toBe(1000);
    const again = await items.split({ train: 0.8, dev: 0.1, test: 0.1 }, { seed: 4, by: ({ label }) => label });
    expect(await again.dev.toArray()).toEqual(arrays[1]);
    expect(await (await items.split({ train: 0.8, dev: 0.2 }, { seed: 5 })).dev.toArray()).not.toEqual(arrays[1]);
    const shuffled = await items.shuffle({ seed: 1 }).split({ a: 0.5, b: 0.5 }, { seed: 1 });
    const repeated = await Promise.all([shuffled.a.repeat(2).toArray(), shuffled.b.repeat(2).toArray()]);
    expect(new Set(repeated.flat().map(({ id }) => id)).size).toBe(1000); // disjoint in later passes too
    expect(repeated.flat()).toHaveLength(2000);
    await expect(items.split({ train: 0.8, dev: 0.1 }, { seed: 1 })).rejects.toThrow("sum 1, got 0.8, 0.1");
  });

  it("refuses to read all of an endless dataset", async () => {
    const endless = Dataset.from(upTo(3), { name: "three" }).repeat();
    expect(() => endless.shuffle({ seed: 1 })).toThrow(
      "Dataset.shuffle: three is endless, so that reading all of it never ends. Shuffle before repeat, or set bufferSize.",
    );
    expect(() => endless.cache()).toThrow("Cache before repeat.");
    expect(() => endless.cache({ file: join(folder, "endless.items") })).toThrow("Cache before repeat.");
    await expect(endless.split({ a: 0.5, b: 0.5 }, { seed: 1 })).rejects.toThrow("Split before repeat.");
    expect(await endless.shuffle({ seed: 1, bufferSize: 2 }).take(7).toArray()).toHaveLength(7);
    expect(await endless.take(7).shuffle({ seed: 1 }).toArray()).toHaveLength(7);
  });

  it("removes the incomplete cache of a process that was killed", async () => {
    await mkdir(join(folder, "killed"));
    const file = join(folder, "killed", "a.items");
    const { pid: ended } = spawnSync(process.execPath, ["--version"]);
    const names = [`${hostname()}-${ended}`, `${hostname()}-${process.pid}`, `other-${ended}`].map(
      (process) => `a.items.${process}-0123abcd.unfinished`,
    );
    for (const name of names) await writeFile(join(folder, "killed", name), "");
    expect(await Dataset.from([1, 2]).cache({ file }).toArray()).toEqual([1, 2]);
    expect((await readdir(join(folder, "killed"))).toSorted()).toEqual(["a.items", ...names.slice(1)].toSorted());
  });

  it("caches typed arrays on disk without reading the source again, and rejects a damaged file and class instances", async () => {
    const file = join(folder, "kept", "a.items");
    await mkdir(join(folder, "kept"));
    let read = 0;
    const items = Dataset.from(async function* () {
      for (let i = 0; i < 5; i++) yield { ids: Int32Array.of(read++, i), text: "é" };
    });
    const cached = items.cache({ file });
    for await (const _ of cached) break;
    expect(await readdir(join(folder, "kept"))).toEqual([]);
    read = 0;
    const first = await cached.toArray();
    expect(await items.cache({ file }).toArray()).toEqual(first);
    expect([read, first[3]]).toEqual([5, { ids: Int32Array.of(3, 3), text: "é" }]);
    const bytes = await readFile(file);
    for (const damaged of [
      bytes.subarray(0, -3),
      Buffer.concat([bytes, Buffer.of(1)]),
      Buffer.from("x"),
      Buffer.from(bytes.map((byte, i) => (i === 40 ? byte ^ 1 : byte))),
    ]) {
      await writeFile(file, damaged);
      await expect(cached.toArray()).rejects.toThrow("the cached items are damaged");
    }
    await expect(items.cache({ file: join(folder, "none", "a") }).toArray()).rejects.toThrow(
      "there is no folder for the file",
    );
    const own = Dataset.from([new URL("http://a/")]).cache({ file: join(folder, "own.items") });
    await expect(own.toArray()).rejects.toThrow("a URL cannot be cached in a file");
  });

  it("reads ahead as far as stated, throws an error at its position, and closes the source", async () => {
    let [pulled, isClosed] = [0, false];
    const source = Dataset.from(async function* () {
      try {
        for (;;) yield pulled++;
      } finally {
        isClosed = true;
      }
    });
    for await (const item of source.prefetch(3)) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      expect(pulled).toBe(item + 4);
      if (item === 5) break;
    }
    expect(isClosed).toBe(true);
    const failing = source.map((item) => {
      if (item > 12) throw new Error("thirteen");
      return item;
    });
    const seen: number[] = [];
    await expect(async () => {
      for await (const item of failing.prefetch(5)) seen.push(item);
    }).rejects.toThrow("thirteen");
    expect(seen.at(-1)).toBe(12);
  });

  it("reports a source read twice, an invalid size, and unknown options", async () => {
    const once = Dataset.from(numbers(3)[Symbol.asyncIterator]() as AsyncGenerator<number>, { name: "once" });
    expect(await once.toArray()).toEqual([0, 1, 2]);
    await expect(once.toArray()).rejects.toThrow("once can be read only once, and was.");
    await expect(Dataset.from(new Set([1, 2]), { size: 3 }).toArray()).rejects.toThrow(
      "should have 3 items, and has 2",
    );
    expect(() => numbers(3).read({ epoch: 0, taken: 4 })).toThrow(
      'numbers has no position {"epoch":0,"taken":4}: a pass has 3 items.',
    );
    expect(() => numbers(3).shuffle({ seed: 0.5 })).toThrow("seed must be a whole number");
    expect(() => numbers(3).batch(0)).toThrow("size must be a whole number of at least 1, got 0");
    expect(() => numbers(3).batch({})).toThrow("needs a size or maxTokens");
    expect(() => numbers(3).batch({ maxTokens: 5 })).toThrow("maxTokens needs length");
    expect(() => numbers(3).shard(2, 2)).toThrow("index must be below count");
    expect(() => Dataset.interleave([numbers(1)], { until: "last" as "all" })).toThrow(
      'until must be one of first, all, got "last"',
    );
    expect(() => Dataset.mix([{ dataset: numbers(1), weight: 0 }], { seed: 0 })).toThrow(
      "weight must be a positive number, got 0 for numbers",
    );
  });
});
