import { expect, test } from "vitest";
import { type FuzzTarget, runFuzz } from "./fuzz-cases.ts";

/** Set by `npm run fuzz`, and the seed, to reproduce a fault. */
const asked = process.env["BERTKIT_FUZZ_CASES"];
const seed = Number(process.env["BERTKIT_FUZZ_SEED"] ?? 1);

/**
 * Tests that every case of a module's targets is read, or rejected with an error of one of these classes with a message
 * of bounded length, within limits of time and memory; and that enough cases are read, and enough rejected.
 *
 * @param usual number of cases per target in the tests
 */
export function testFuzz(module: URL, targets: readonly FuzzTarget[], errors: readonly string[], usual: number): void {
  const cases = Number(asked ?? usual);
  test.each(targets.map(({ name }, target) => ({ name, target })))(
    `$name: ${cases} generated cases are read or rejected, within their limits`,
    async ({ name, target }) => {
      const { read, rejected, slowest, memory, faults } = await runFuzz(module, target, { seed, cases, errors });
      if (asked)
        process.stdout.write(
          `fuzz: ${name}: ${cases} cases of seed ${seed}, ${read} read, ${rejected} rejected, slowest ${slowest} ms of the processor, ${Math.round(memory / 1e6)} MB at most\n`,
        );
      expect(faults).toEqual([]);
      expect(read).toBeGreaterThan(cases / 20);
      expect(rejected).toBeGreaterThan(cases / 20);
    },
    3_600_000,
  );
}
