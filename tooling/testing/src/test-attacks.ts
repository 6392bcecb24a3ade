import { beforeAll, expect, test } from "vitest";
import { type Attack, type AttackOutcome, runAttacks } from "./attacks.ts";

const longestMessage = 2100;

/**
 * Tests that every attack of a module stays within the limits of time and memory, and has the expected outcome: an
 * error of one of these classes with a message of bounded length.
 */
export function testAttacks(module: URL, attacks: readonly Attack[], errors: readonly string[]): void {
  let outcomes: Map<string, AttackOutcome>;
  beforeAll(async () => {
    outcomes = await runAttacks(module, attacks);
    if (process.env["BERTKIT_FUZZ_CASES"])
      for (const [name, { end, milliseconds }] of outcomes)
        process.stdout.write(`attack: ${name}: ${end} in ${milliseconds} ms\n`);
  }, 600_000);
  test.each(attacks)("$name", ({ name, rejected }) => {
    const outcome = outcomes.get(name)!;
    expect(outcome.end, outcome.message).toBe(rejected ? "rejected" : "read");
    if (!rejected) return;
    expect(outcome.message).toMatch(rejected);
    expect(outcome.message!.length).toBeLessThan(longestMessage);
    expect(errors).toContain(outcome.error);
  });
}
