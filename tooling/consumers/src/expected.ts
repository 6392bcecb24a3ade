import assert from "node:assert/strict";
import type { Ran } from "./programs/program.ts";

/**
 * Compares the results of a consumer's program with those of plain Node: same tokens, probabilities and loss within
 * 1e-4.
 */
export function expectSame(ran: Ran, backend: string, reference: Ran): void {
  assert.equal(ran.backend, backend);
  assert.deepEqual(
    ran.candidates.map(([token]) => token),
    reference.candidates.map(([token]) => token),
  );
  ran.candidates.forEach(([, score], i) => near(score, reference.candidates[i]![1]));
  near(ran.loss, reference.loss);
}

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-4, `got ${actual}, expected ${expected}`);
}
