import { describe, expect, it } from "vitest";
import { Rng } from "./index.ts";

/** The integral of exp(-x²/2), by Simpson's rule. */
function mass(from: number, to: number): number {
  const steps = 200;
  const width = (to - from) / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * Math.exp(-0.5 * (from + i * width) ** 2);
  }
  return (sum * width) / 3;
}

describe("a truncated normal draw", () => {
  it("has the distribution's share in every twentieth of a standard deviation, and nothing beyond two", () => {
    const [count, bins] = [4_000_000, 80];
    const rng = new Rng(3);
    const seen = new Float64Array(bins);
    for (let i = 0; i < count; i++) {
      const x = rng.truncatedNormal();
      if (!(x >= -2 && x <= 2)) throw new Error(`drew ${x}`);
      seen[Math.min(bins - 1, Math.floor((x + 2) * 20))]!++;
    }
    const all = mass(-2, 2);
    let chiSquare = 0;
    for (let i = 0; i < bins; i++) {
      const expected = (count * mass(-2 + i / 20, -2 + (i + 1) / 20)) / all;
      chiSquare += (seen[i]! - expected) ** 2 / expected;
    }
    expect(chiSquare).toBeLessThan(124.8); // 79 degrees of freedom: one of a thousand right generators exceeds it
  });

  it("follows the seed", () => {
    const draws = (seed: number) => {
      const rng = new Rng(seed);
      return Array.from({ length: 1000 }, () => rng.truncatedNormal());
    };
    expect(draws(1)).toEqual(draws(1));
    expect(draws(1)).not.toEqual(draws(2));
  });
});
