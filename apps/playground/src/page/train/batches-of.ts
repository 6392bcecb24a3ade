import { Rng } from "@bertkit/nn";

/**
 * An endless stream of batches from a step on. Every epoch has each item once, in an order that only depends on the epoch's
 * number, so that a resumed run sees the batches of an uninterrupted one.
 */
export function* batchesOf<Item>(items: readonly Item[], size: number, step: number): Generator<Item[]> {
  const perEpoch = Math.ceil(items.length / size);
  for (let k = step; ; k++) {
    const rng = new Rng(1000 + Math.floor(k / perEpoch));
    const mixed = items
      .map((item) => ({ item, place: rng.random() }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ item }) => item);
    const from = (k % perEpoch) * size;
    yield mixed.slice(from, from + size);
  }
}
