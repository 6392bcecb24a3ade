import { checkTexts } from "@bertkit/checks";
import { checkPaired } from "./checks.ts";
import type { Counts } from "./class-counts.ts";
import { decodeEntities, type EntitySpan } from "./decode-entities.ts";
import { MetricError } from "./metric-error.ts";
import { fromCounts, type PrecisionRecallF1 } from "./precision-recall-f1.ts";

export interface EntityScores extends PrecisionRecallF1 {
  /** Scores per type in alphabetical order; `support` is the number of entities in the labels. */
  readonly byType: { type: string; support: number; precision: number; recall: number; f1: number }[];
}

/** Entities of one sentence's tags, see `decodeEntities`. @throws MetricError for a tag that is not BIO */
export function entities(tags: readonly string[]): EntitySpan[] {
  checkTexts("entities", "tags", tags);
  for (const [i, tag] of tags.entries()) {
    if (tag !== "O" && !/^[BI]-./s.test(tag)) {
      throw new MetricError(
        `entities: tags must be O, B-TYPE or I-TYPE, got ${JSON.stringify(tag)} at ${i}. Convert class numbers or other schemes to BIO tags first.`,
      );
    }
  }
  return decodeEntities(tags);
}

/**
 * Precision, recall and F1 of entities over all sentences (micro average). An entity is correct if its type and both
 * ends match. `predictions` and `labels` have a list of BIO tags per sentence.
 */
export function entityF1(
  predictions: readonly (readonly string[])[],
  labels: readonly (readonly string[])[],
): EntityScores {
  checkPaired("entityF1", predictions, labels, ["predictions", "labels"]);
  const byType = new Map<string, Counts>();
  const all: Counts = { right: 0, predicted: 0, actual: 0 };
  const count = (type: string, key: keyof Counts): void => {
    if (!byType.has(type)) byType.set(type, { right: 0, predicted: 0, actual: 0 });
    byType.get(type)![key]++;
    all[key]++;
  };
  for (const [i, tags] of labels.entries()) {
    const predicted = predictions[i]!;
    checkTexts("entityF1", `predictions[${i}]`, predicted);
    checkTexts("entityF1", `labels[${i}]`, tags);
    if (predicted.length !== tags.length) {
      throw new MetricError(
        `entityF1: sentence ${i} must have as many predicted tags as labels, got ${predicted.length} and ${tags.length}. Pass one tag per word; truncated words get O.`,
      );
    }
    const key = ({ type, start, end }: EntitySpan): string => `${start} ${end} ${type}`;
    const actual = entities(tags);
    const keys = new Set(actual.map(key));
    for (const { type } of actual) count(type, "actual");
    for (const entity of entities(predicted)) {
      count(entity.type, "predicted");
      if (keys.has(key(entity))) count(entity.type, "right");
    }
  }
  const types = [...byType].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    ...fromCounts(all),
    byType: types.map(([type, counts]) => ({ type, support: counts.actual, ...fromCounts(counts) })),
  };
}
