import { Rng } from "@bertkit/nn";
import { expect, test } from "vitest";
import { CheckpointError } from "../checkpoint-error.ts";
import { damage } from "./damage.ts";
import { fuzzedReaders } from "./readers.ts";
import { watchAllocations } from "@bertkit/testing/watch-allocations";

/** `npm run fuzz` sets it to 100,000. */
const rounds = Number(process.env["BERTKIT_FUZZ_CASES"] ?? 1000);
const maxArray = 16 << 20;
const longestMilliseconds = 2000;

const readers = await fuzzedReaders();

test.each(readers)(
  `$name: ${rounds} damaged files are rejected with a clear error or read consistently`,
  async ({ name, original, structure, open }) => {
    expect((await open(original)).entries.size).toBeGreaterThan(0);
    const rng = new Rng(7);
    let rejected = 0;
    let slowest = 0;
    await watchAllocations(maxArray, async () => {
      for (let round = 0; round < rounds; round++) {
        const bytes = Buffer.concat([damage(original.subarray(0, structure), rng), original.subarray(structure)]);
        const start = performance.now();
        try {
          const source = await open(Uint8Array.from(bytes));
          for (const [key, { shape }] of source.entries) {
            const { data } = await source.tensor(key);
            if (data.length !== shape.reduce((product, length) => product * length, 1))
              throw new Error(`"${key}" of shape [${shape.join()}] has ${data.length} elements`);
          }
        } catch (error) {
          if (!CheckpointError.isInstance(error)) throw error;
          rejected++;
        }
        slowest = Math.max(slowest, performance.now() - start);
      }
    });
    expect(rejected).toBeGreaterThan(rounds / 4);
    expect(rejected).toBeLessThan(rounds);
    expect(slowest).toBeLessThan(longestMilliseconds);
    if (process.env["BERTKIT_FUZZ_CASES"])
      process.stdout.write(
        `fuzz: ${name}: ${rounds} damaged files, ${rejected} rejected, slowest ${slowest.toFixed(0)} ms\n`,
      );
  },
  1_200_000,
);
