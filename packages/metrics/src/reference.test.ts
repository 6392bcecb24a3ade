import { describe, expect, it } from "vitest";
import reference from "./__fixtures__/reference.json" with { type: "json" };
import { accuracy } from "./accuracy.ts";
import { averagePrecision } from "./average-precision.ts";
import { brierScore, calibrationError } from "./calibration-error.ts";
import { ClassTally } from "./class-tally.ts";
import { Collected } from "./collected.ts";
import { confusionMatrix } from "./confusion-matrix.ts";
import { pearson, spearman } from "./correlation.ts";
import { entityF1 } from "./entity-f1.ts";
import { KerasRocAuc } from "./keras-roc-auc.ts";
import { matthewsCorrelation } from "./matthews-correlation.ts";
import {
  multiLabelPrecisionRecallF1,
  type PrecisionRecallF1,
  precisionRecallF1,
  precisionRecallF1ByClass,
} from "./precision-recall-f1.ts";
import { ndcg } from "./retrieval.ts";
import { multiLabelRocAuc, rocAuc } from "./roc-auc.ts";

/** Within 1e-12. */
function expectSame(value: number, expected: number | undefined): void {
  expect(Math.abs(value - expected!)).toBeLessThanOrEqual(1e-12);
}

function expectScores({ precision, recall, f1 }: PrecisionRecallF1, expected: readonly number[]): void {
  [precision, recall, f1].forEach((value, i) => expectSame(value, expected[i]));
}

/** A list in chunks; the last may be shorter. */
function parts<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

describe("agreement with the references to 1e-12", () => {
  it.each(reference.classes)("scikit-learn of classes, at once and in shards", (of) => {
    const { predictions, labels } = of;
    const size = of.confusion.length;
    const shards = [new ClassTally(), new ClassTally(), new ClassTally()];
    const batches = parts(labels, 7);
    parts(predictions, 7).forEach((batch, i) => shards[i % 3]!.update(batch, batches[i]!));
    const tally = new ClassTally();
    tally.merge(shards[0]!);
    for (const shard of shards.slice(1))
      tally.merge(JSON.parse(JSON.stringify(shard.state())) as ReturnType<ClassTally["state"]>);
    expectSame(accuracy(predictions, labels), of.accuracy);
    expectSame(tally.accuracy(), of.accuracy);
    expect(confusionMatrix(predictions, labels, size)).toEqual(of.confusion);
    expect(tally.confusionMatrix(size)).toEqual(of.confusion);
    expectSame(matthewsCorrelation(predictions, labels), of.matthews);
    expectSame(tally.matthewsCorrelation(), of.matthews);
    for (const average of ["binary", "micro", "macro", "weighted"] as const) {
      expectScores(precisionRecallF1(predictions, labels, { average }), of[average]);
      expectScores(tally.precisionRecallF1({ average }), of[average]);
    }
    for (const byClass of [precisionRecallF1ByClass(predictions, labels, size), tally.precisionRecallF1ByClass(size)])
      byClass.forEach((scores, i) =>
        expectScores(
          scores,
          of.byClass.map((values) => values[i]!),
        ),
      );
    const macro = { average: "macro", classCount: size + 2 } as const;
    expect(tally.precisionRecallF1(macro)).toEqual(precisionRecallF1(predictions, labels, macro));
  });

  it.each(reference.scores)("scikit-learn and Keras of scores, at once and in shards", (of) => {
    const { scores, labels } = of;
    expectSame(rocAuc(scores, labels), of.rocAuc);
    expectSame(averagePrecision(scores, labels), of.averagePrecision);
    expectSame(brierScore(scores, labels), of.brier);
    for (const [bins, expected] of [
      [15, of.calibration],
      [7, of.calibration7],
    ] as const) {
      expectSame(calibrationError(scores, labels, { bins }), expected[0]);
      expectSame(calibrationError(scores, labels, { bins, norm: "maximum" }), expected[1]);
    }
    for (const [thresholds, expected] of [
      [200, of.keras64],
      [11, of.keras64of11],
    ] as const) {
      const [first, second] = [new KerasRocAuc({ thresholds }), new KerasRocAuc({ thresholds })];
      first.update(scores.slice(0, 9), labels.slice(0, 9));
      second.update(scores.slice(9), labels.slice(9));
      first.merge(JSON.parse(JSON.stringify(second.state())) as ReturnType<KerasRocAuc["state"]>);
      expectSame(first.result(), expected);
      if (thresholds === 200) expect(Math.abs(first.result() - of.keras)).toBeLessThan(2e-6); // Keras itself computes in float32
    }
    const collected = [new Collected(rocAuc), new Collected(rocAuc)] as const;
    collected[0].update(scores.slice(0, 33), labels.slice(0, 33));
    collected[1].update(scores.slice(33), labels.slice(33));
    collected[0].merge(collected[1]);
    expectSame(collected[0].result(), of.rocAuc);
  });

  it.each(reference.multiLabel)("scikit-learn of several labels", (of) => {
    const predictions = of.scores.map((score) => (score > 0.5 ? 1 : 0));
    for (const average of ["micro", "macro", "weighted", "samples"] as const)
      expectScores(multiLabelPrecisionRecallF1(predictions, of.labels, of.labelCount, average), of[average]);
    const collected = new Collected((scores: number[], labels: number[]) =>
      multiLabelRocAuc(scores, labels, of.labelCount),
    );
    const labels = parts(of.labels, 5 * of.labelCount);
    parts(of.scores, 5 * of.labelCount).forEach((batch, i) => collected.update(batch, labels[i]!));
    for (const { macro, byLabel } of [multiLabelRocAuc(of.scores, of.labels, of.labelCount), collected.result()]) {
      expectSame(macro, of.macroRocAuc);
      byLabel.forEach((area, i) => expectSame(area!, of.byLabel[i]));
    }
  });

  it.each(reference.correlations)("SciPy of correlations", ({ predictions, labels, ...of }) => {
    expectSame(pearson(predictions, labels), of.pearson);
    expectSame(spearman(predictions, labels), of.spearman);
    const collected = new Collected(spearman);
    parts(predictions, 50).forEach((batch, i) => collected.update(batch, parts(labels, 50)[i]!));
    expectSame(collected.result(), of.spearman);
  });

  it.each(reference.entities)("seqeval of entities, at once and in shards", (of) => {
    const collected = [new Collected(entityF1), new Collected(entityF1)] as const;
    collected[0].update(of.predictions.slice(0, 20), of.labels.slice(0, 20));
    collected[1].update(of.predictions.slice(20), of.labels.slice(20));
    collected[0].merge(collected[1].state());
    for (const scores of [entityF1(of.predictions, of.labels), collected[0].result()]) {
      expectScores(scores, of.overall);
      expect(scores.byType.map(({ type }) => type)).toEqual(Object.keys(of.byType).toSorted());
      for (const { type, support, ...one } of scores.byType) {
        const expected = of.byType[type as keyof typeof of.byType];
        expectScores(one, expected);
        expect(support).toBe(expected[3]);
      }
    }
  });

  it.each(reference.retrieval)("scikit-learn of rankings, with ties", (...queries) => {
    for (const of of queries) {
      expectSame(ndcg(of.scores, of.graded), of.ndcg);
      expectSame(ndcg(of.scores, of.graded, 5), of.ndcg5);
      expectSame(averagePrecision(of.scores, of.relevances), of.averagePrecision);
    }
  });
});

describe("tallies", () => {
  it("count none of an invalid batch, and reject undefined metrics", () => {
    const tally = new ClassTally();
    expect(() => tally.accuracy()).toThrow("ClassTally.accuracy: nothing was counted.");
    expect(() => tally.update([1, 0.5], [1, 1])).toThrow("predictions must be integers of 0 or more, got 0.5 at 1");
    expect(tally.state()).toEqual([]);
    expect(() => tally.merge([[0, 1, -1]])).toThrow("a count must be a whole number of at least 1, got -1");
    tally.update([0, 2], [0, 1]);
    expect(() => tally.precisionRecallF1({ average: "median" as "macro" })).toThrow(
      'average must be one of binary, micro, macro, weighted, got "median"',
    );
    expect(() => tally.confusionMatrix(2)).toThrow("classes must be integers from 0 to 1, got 2");
    const auc = new KerasRocAuc();
    for (const score of [null, "0.5", true])
      expect(() => auc.update([score as never], [1])).toThrow("scores must be probabilities, from 0 to 1, got");
    expect(() => auc.update([0.5, 1.5], [0, 1])).toThrow("scores must be probabilities, from 0 to 1, got 1.5 at 1");
    auc.update([0, 1], [1, 1]);
    expect(() => auc.result()).toThrow("labels must contain both classes, got 2 ones and 0 zeros");
    expect(() => auc.merge(new KerasRocAuc({ thresholds: 3 }))).toThrow("must have 200 thresholds, got 3");
    expect(() => new KerasRocAuc({ thresholds: 1 })).toThrow("thresholds must be a whole number from 2");
    expect(() => new Collected(rocAuc).update([1], [])).toThrow("must be equally long, got 1 and 0");
    expect(() => calibrationError([0.5], [1], { norm: "l2" as "maximum" })).toThrow(
      'norm must be one of expected, maximum, got "l2"',
    );
    expect(() => calibrationError([0.5], [1], { bins: 0 })).toThrow("bins must be a whole number from 1");
    expect(() => brierScore([2], [1])).toThrow("probabilities must be from 0 to 1, got 2 at 0");
  });
});
