import { getHeapStatistics } from "node:v8";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { garbage } from "../native/options.ts";
import { collectGarbage, limitGarbage } from "./collect-garbage.node.ts";

const megabytes = (): number => getHeapStatistics().used_heap_size / 2 ** 20;

describe("limitGarbage", () => {
  beforeEach(() => void (garbage.collected = true));
  afterEach(() => void (garbage.collected = false));

  it("limits the garbage of a loop, and collects nothing that is alive", () => {
    collectGarbage();
    const before = megabytes();
    const living = Array.from({ length: 10 }, () => large());
    let most = 0;
    for (let step = 0; step < 60; step++) {
      large();
      limitGarbage();
      most = Math.max(most, megabytes());
    }
    expect(most - before).toBeLessThan(80 + Math.max(64, (before + 80) / 2) + 16);
    expect(living.every((values) => values.length === 2 ** 20 && values[7] === 3.5)).toBe(true);
  });
});

/** 8 MiB that only a full collection frees. */
function large(): number[] {
  return new Array<number>(2 ** 20).fill(3.5);
}
