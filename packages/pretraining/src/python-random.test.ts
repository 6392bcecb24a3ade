import { describe, expect, it } from "vitest";

import { PythonRandom } from "./python-random.ts";

// Printed by CPython 3.11.7: two random(), two randint(-5, 2**40), randint(0, 2**32 - 1), randint(0, 2**32), randint(3,
// 3).
const printed: [seed: number | bigint, numbers: number[]][] = [
  [0, [0.8444218515250481, 0.7579544029403025, 87705687120, 1067347797597, 2046968324, 3900315155, 3]],
  [-7, [0.32383276483316237, 0.15084917392450192, 105874957387, 208460025894, 2179419893, 161042648, 3]],
  [2 ** 31, [0.3387958510019964, 0.5050619906087787, 249590370058, 269262245754, 3575145360, 3062555142, 3]],
  [
    Number.MAX_SAFE_INTEGER,
    [0.09425040007102303, 0.22287455761867403, 254036359655, 47660796447, 2064941710, 149947005, 3],
  ],
  [2n ** 80n + 3n, [0.17265678958667485, 0.44768415966843333, 470891387520, 53036548963, 722481741, 1964437290, 3]],
];

describe("PythonRandom", () => {
  it.each(printed)("equals CPython for seed %s", (seed, numbers) => {
    const random = new PythonRandom(seed);
    expect([
      random.random(),
      random.random(),
      random.integer(-5, 2 ** 40),
      random.integer(-5, 2 ** 40),
      random.integer(0, 2 ** 32 - 1),
      random.integer(0, 2 ** 32),
      random.integer(3, 3),
    ]).toEqual(numbers);
  });

  it("equals CPython over many refills of its state", () => {
    const random = new PythonRandom(1);
    const numbers = Array.from({ length: 5000 }, () => random.random());
    expect(numbers.at(-1)).toBe(0.4595559622088342);
  });

  it("shuffles as CPython does", () => {
    const random = new PythonRandom(12345);
    expect([random.random(), random.random(), random.random()]).toEqual([
      0.41661987254534116, 0.010169169457068361, 0.8252065092537432,
    ]);
    expect(Array.from({ length: 5 }, () => random.integer(0, 29))).toEqual([9, 27, 11, 29, 6]);
    const items = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    random.shuffle(items);
    expect(items).toEqual([1, 5, 9, 8, 3, 0, 7, 2, 6, 4]);
  });

  it("rejects a seed that is not an integer, and an empty range", () => {
    expect(() => new PythonRandom(0.5)).toThrow(/PythonRandom: the seed must be an integer/);
    expect(() => new PythonRandom(1).integer(2, 1)).toThrow(/needs integers low <= high, got 2 and 1/);
  });
});
