import { expect } from "vitest";

type Numbers = ArrayLike<number>;

interface CloseOptions {
  /** Largest absolute difference allowed where the expected value is small. */
  absolute?: number;
  /** Largest difference allowed relative to the expected value. */
  relative?: number;
}

interface BertkitMatchers {
  /** Every number within absolute + relative · |expected|; NaN equals NaN. */
  toBeAllClose(expected: Numbers, options?: CloseOptions): void;
}

declare module "vitest" {
  interface Matchers<T> extends BertkitMatchers {}
}

expect.extend({
  toBeAllClose(received: Numbers, expected: Numbers, options: CloseOptions = {}) {
    const { absolute = 1e-5, relative = 1e-5 } = options;
    if (received.length !== expected.length) {
      return { pass: false, message: () => `expected ${expected.length} numbers, got ${received.length}` };
    }
    let worst = -1;
    let worstExcess = 0;
    for (let i = 0; i < expected.length; i++) {
      const a = received[i]!;
      const b = expected[i]!;
      if (Object.is(a, b) || a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
      const excess = Math.abs(a - b) - (absolute + relative * Math.abs(b));
      if (!(excess <= worstExcess)) {
        worst = i;
        worstExcess = Number.isNaN(excess) ? Infinity : excess;
      }
    }
    return {
      pass: worst < 0,
      message: () =>
        worst < 0
          ? "expected arrays to differ"
          : `at ${worst}: got ${received[worst]}, expected ${expected[worst]} (absolute ${absolute}, relative ${relative})`,
    };
  },
});
