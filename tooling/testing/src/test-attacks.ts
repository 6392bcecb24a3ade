import { beforeAll, expect, test } from "vitest";
import { type Attack, type AttackOutcome, runAttacks } from "./attacks.ts";

const longestMessage = 2100;

/**
 * Tests that every attack of a module ends in time and within its memory, as it should, with an error of one of these
 * classes whose message is of bounded length.
 */
export function testAttacks(module: URL, attacks: readonly Attack[], errors: readonly string[]): void {
  let outcomes: Map<string, AttackOutcome>;
  beforeAll(async () => {
    outcomes = await runAttacks(module, attacks);
    if (process.env["BERTKIT_FUZZ_CASES"])
      for (const [name, { end, milliseconds }] of outcomes)
        process.stdout.write(`attack: ${name}: ${end} in ${milliseconds} ms\n`);
  }, 600_000);
  test.each(attacks)("$name", ({ name, refused }) => {
    const outcome = outcomes.get(name)!;
    expect(outcome.end, outcome.message).toBe(refused ? "refused" : "read");
    if (!refused) return;
    expect(outcome.message).toMatch(refused);
    expect(outcome.message!.length).toBeLessThan(longestMessage);
    expect(errors).toContain(outcome.error);
  });
}
