import type { Group } from "../group.ts";

/** A group whose members are asynchronous functions of one process. */
export function groupInProcess(size: number): Group[] {
  let waiting: { values: Float32Array; done: () => void }[] = [];
  const meet = (rank: number, values: Float32Array, combine: (all: readonly Float32Array[]) => void): Promise<void> =>
    new Promise((resolve) => {
      waiting[rank] = { values, done: resolve };
      if (Object.keys(waiting).length < size) return;
      const all = waiting;
      waiting = [];
      combine(all.map((member) => member.values));
      for (const { done } of all) done();
    });
  return Array.from({ length: size }, (_, rank) => ({
    rank,
    size,
    allReduce: (values) =>
      meet(rank, values, (all) => {
        const sums = new Float32Array(values.length).map((__, i) => all.reduce((sum, one) => sum + one[i]!, 0));
        for (const one of all) one.set(sums);
      }),
    broadcast: (values) => meet(rank, values, ([first, ...others]) => others.forEach((one) => one.set(first!))),
    barrier: () => meet(rank, new Float32Array(0), () => {}),
  }));
}
