import { describe, expect, it } from "vitest";
import { squadThresholds } from "./squad-thresholds.ts";

type Row = [prediction: string, answers: string[], nullOdds: number];

/** Random questions, with the results of find_all_best_thresh in SQuAD's evaluate-v2.0.py in percent. */
const cases: { rows: Row[]; exact: number; exactThreshold: number; f1: number; f1Threshold: number }[] = [
  {
    rows: [
      ["of King Denver", ["of King Denver"], -0.79],
      ["Denver", [], 2.16],
      ["Broncos", ["Broncos"], 2.63],
      ["Denver King", [], 0.48],
      ["King Broncos the", [], 4.76],
      ["King Broncos the", ["Denver King Rollo", "Broncos the"], 3.27],
      ["Broncos of Rollo", ["Denver of Rollo", "Broncos of Rollo"], -1.92],
      ["", [], 1.7],
      ["1895, Rollo of", [], 3.61],
      ["Rollo of Broncos", ["of"], 0.48],
      ["1895, Denver Broncos", ["1895, Denver Broncos", "King"], -1.78],
      ["of the", ["Broncos"], -3.66],
    ],
    exact: 66.66666666666667,
    exactThreshold: -0.79,
    f1: 68.05555555555556,
    f1Threshold: 3.27,
  },
  {
    rows: [
      ["of", ["Broncos"], -3.81],
      ["Broncos the 1895,", ["Broncos the 1895,", "of Broncos 1895,"], 0.2],
      ["Denver of", ["Denver of"], -3.72],
      ["the of", ["the of"], 0.44],
      ["Broncos 1895, Rollo", ["Rollo of", "1895,"], 0.61],
      ["Broncos Denver King", [], 0.64],
      ["of Rollo", ["of Rollo", "King"], -0.44],
      ["", [], -1.5],
      ["1895,", [], 0.42],
      ["Rollo Broncos King", ["the of King"], 0.44],
      ["1895,", [], 0.58],
      ["of", ["of"], -2.44],
    ],
    exact: 66.66666666666667,
    exactThreshold: 0.2,
    f1: 70.0,
    f1Threshold: 0.44,
  },
  {
    rows: [
      ["1895,", ["1895, of"], -3.89],
      ["1895, Denver", [], -0.47],
      ["King 1895, of", [], 1.18],
      ["Rollo", [], -0.79],
      ["Rollo the", [], 3.37],
      ["of 1895,", ["King the"], 1.75],
      ["King of Rollo", [], 3.83],
      ["", ["the King"], -1.94],
      ["King Broncos of", [], 2.06],
      ["King", ["1895, of King", "Broncos"], -0.79],
      ["Denver Rollo Broncos", [], 5.72],
      ["the Rollo Denver", [], 3.06],
    ],
    exact: 66.66666666666667,
    exactThreshold: 0.0,
    f1: 72.22222222222221,
    f1Threshold: -3.89,
  },
];

describe("squadThresholds", () => {
  it.each(cases)("equals evaluate-v2.0.py: $exact at $exactThreshold, $f1 at $f1Threshold", (expected) => {
    const { rows } = expected;
    const { exactMatch, f1 } = squadThresholds(
      rows.map(([prediction]) => prediction),
      rows.map(([, answers]) => answers),
      rows.map(([, , odds]) => odds),
    );
    expect([exactMatch.threshold, f1.threshold]).toEqual([expected.exactThreshold, expected.f1Threshold]);
    expect([100 * exactMatch.score, 100 * f1.score]).toBeAllClose([expected.exact, expected.f1], {
      absolute: 1e-12,
      relative: 1e-14,
    });
  });

  it("takes infinite odds, of questions without an answer other than none, as the largest", () => {
    const [predictions, answers] = [
      ["a", "", "b", ""],
      [["a"], [], ["b"], ["c"]],
    ];
    const { exactMatch } = squadThresholds(predictions, answers, [1, Infinity, 2, Infinity]);
    expect(exactMatch).toEqual({ score: 0.75, threshold: 2 });
    expect(squadThresholds(["a"], [["a"]], [Infinity]).f1).toEqual({ score: 1, threshold: Number.MAX_VALUE });
  });

  it("rejects lists of different lengths, and odds that are not finite", () => {
    expect(() => squadThresholds(["a"], [["a"]], [])).toThrow(
      /predictions and nullOdds must be equally long, got 1 and 0/,
    );
    expect(() => squadThresholds(["a"], [["a"]], [NaN])).toThrow(/nullOdds must be finite numbers, got NaN at 0/);
    expect(() => squadThresholds([], [], [])).toThrow(/no predictions/);
  });
});

it.each([
  [["a"], [""], [0], 'squadThresholds: answers[0] must be a list of texts, got "".'],
  [["a", "b"], [["a"], "b"], [0, 1], 'answers[1] must be a list of texts, got "b".'],
  [[5], [[]], [0], "predictions[0] must be a text, got 5."],
])("rejects %j and %j", (predictions, answers, odds, message) => {
  expect(() => squadThresholds(predictions as never, answers as never, odds)).toThrow(message);
});
