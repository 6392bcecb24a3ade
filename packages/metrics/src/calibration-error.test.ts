import { expect, it } from "vitest";
import { calibrationError } from "./calibration-error.ts";

it("finds the worst of any number of bins", () => {
  const confidences = Float64Array.from({ length: 300_000 }, (_, i) => (i + 1) / 300_000);
  const right = new Int32Array(300_000).fill(1);
  expect(calibrationError(confidences, right, { bins: 2 ** 20, norm: "maximum" })).toBeCloseTo(1 - 1 / 300_000, 12);
});
