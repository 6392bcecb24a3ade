import { expect, test } from "vitest";
import { targets } from "./__fixtures__/faulty-targets.ts";
import { runFuzz } from "./fuzz-cases.ts";

const faults: Record<string, RegExp> = {
  hangs: /^seed 3, case 2: hung for 8 seconds$/,
  "fills the heap": /^seed 3, case 2: died: SIG.*heap/,
  "makes a long array": /^seed 3, case 2: Error: an array of 33554432 bytes/,
  "takes more than two seconds": /^seed 3, case 2: took \d{4,5} ms of the processor$/,
  "throws an unexpected error": /^seed 3, case 2: TypeError: x is not a function/,
  "says too much": /^seed 3, case 2: a message of 3000 characters/,
};

test.each(targets.map(({ name }, target) => ({ name, target })))(
  "reports a case that $name by its seed and number, and runs the others",
  async ({ name, target }) => {
    const module = new URL("./__fixtures__/faulty-targets.ts", import.meta.url);
    const silentSeconds = name === "hangs" ? 8 : 60;
    const outcome = await runFuzz(module, target, { seed: 3, cases: 5, errors: ["RangeError"], silentSeconds });
    expect(outcome.faults).toEqual([expect.stringMatching(faults[name]!)]);
    expect(outcome.read + outcome.rejected).toBeGreaterThan(0);
  },
);
