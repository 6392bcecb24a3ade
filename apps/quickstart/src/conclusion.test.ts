import { expect, it } from "vitest";

import { conclusion } from "./conclusion.ts";
import type { FineTuned } from "./spam-classifier.ts";

const draws = (...accuracies: number[]) => accuracies.map((accuracy) => ({ accuracy, f1: 0, rocAuc: 0 }));

function fineTuned(frozen: number[], frozenRandom: number[], tuned: number[], tunedRandom: number[]): FineTuned[] {
  return [
    { mode: "encoder frozen", start: "pretrained", draws: draws(...frozen) },
    { mode: "encoder frozen", start: "random weights", draws: draws(...frozenRandom) },
    { mode: "everything tuned", start: "pretrained", draws: draws(...tuned) },
    { mode: "everything tuned", start: "random weights", draws: draws(...tunedRandom) },
  ];
}

it("says that pretraining pays if it is ahead by more than two standard errors, otherwise that the difference may be chance", () => {
  const rows = fineTuned([0.9, 0.88, 0.92], [0.6, 0.6, 0.6], [0.91, 0.93, 0.9], [0.9, 0.94, 0.91]);
  expect(conclusion({ fineTuned: rows })).toEqual([
    "With the encoder frozen, pretraining pays: 90.0 % of the held-out mails are classified correctly from pretrained weights, 60.0 % from random ones, 30.0 points ± 1.2 more.",
    "With everything tuned, the difference that pretraining makes may be chance: 91.3 % of the held-out mails are classified correctly from pretrained weights, 91.7 % from random ones, 0.3 points ± 0.7 fewer.",
  ]);
});

it("says so when pretraining does not pay, and claims nothing from a single draw", () => {
  expect(conclusion({ fineTuned: fineTuned([0.5, 0.51], [0.9, 0.9], [0.8, 0.8], [0.9, 0.91]) })[0]).toMatch(
    /^With the encoder frozen, pretraining does not pay: .* 39\.5 points ± 0\.5 fewer\.$/,
  );
  expect(conclusion({ fineTuned: fineTuned([0.9], [0.5], [0.9], [0.5]) })[0]).toMatch(
    /may be chance: .* 40\.0 points more/,
  );
});
