import { Rng } from "@bertkit/nn";
import { expect, test } from "vitest";
import { CheckpointError } from "../checkpoint-error.ts";
import { readSafetensors } from "../safetensors/read-safetensors.ts";
import { damagedHeader } from "./damaged-header.ts";
import { byTheRules } from "./safetensors-rules.ts";

/** `npm run fuzz` sets it to 100,000. */
const rounds = Number(process.env["BERTKIT_FUZZ_CASES"] ?? 2000);

test(`${rounds} headers with structural faults are read or rejected according to the format's rules`, () => {
  const rng = new Rng(11);
  let read = 0;
  for (let round = 0; round < rounds; round++) {
    const file = damagedHeader(rng);
    const expected = byTheRules(file);
    let found: Record<string, string> | undefined;
    try {
      found = {};
      for (const { name, type, shape, data } of readSafetensors(file).tensors.values()) {
        expect(data.length).toBe(shape.reduce((product, length) => product * length, 1));
        found[name] = JSON.stringify([type, shape]);
      }
      read++;
    } catch (error) {
      if (!CheckpointError.isInstance(error)) throw error;
      found = undefined;
    }
    const shapes =
      expected &&
      Object.entries(expected).map(([name, text]) => [
        name,
        JSON.stringify((JSON.parse(text) as unknown[]).slice(0, 2)),
      ]);
    expect(found, Buffer.from(file).toString("latin1")).toEqual(shapes && Object.fromEntries(shapes));
  }
  expect(read).toBeGreaterThan(rounds / 20);
  expect(read).toBeLessThan((rounds * 3) / 4);
}, 1_200_000);
