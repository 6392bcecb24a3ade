import { checkOptions, checkTexts } from "@bertkit/checks";
import { checkPaired } from "./checks.ts";
import type { Counts } from "./class-counts.ts";
import { decodeEntities, type EntitySpan, type TagOptions, tagRules } from "./decode-entities.ts";
import { MetricError } from "./metric-error.ts";
import { fromCounts, type PrecisionRecallF1 } from "./precision-recall-f1.ts";
import { checkTags } from "./tags.ts";

export interface EntityScores extends PrecisionRecallF1 {
  /** Scores per type in alphabetical order; `support` is the number of entities in the labels. */
  readonly byType: { type: string; support: number; precision: number; recall: number; f1: number }[];
}

/**
 * Entities of one sentence's tags in a scheme, by default BIO: see `decodeEntities`.
 *
 * @throws MetricError for a tag that is not of the scheme
 */
export function entities(tags: readonly string[], options: TagOptions = {}): EntitySpan[] {
  checkOptions("entities", options, tagRules);
  const { scheme = "bio" } = options;
  checkTexts("entities", "tags", tags);
  checkTags("entities", tags, scheme);
  return decodeEntities(tags, { scheme });
}

/**
 * Precision, recall and F1 of entities over all sentences (micro average). An entity is correct if its type and both
 * ends match. `predictions` and `labels` have a list of tags per sentence, by default BIO.
 */
export function entityF1(
  predictions: readonly (readonly string[])[],
  labels: readonly (readonly string[])[],
  options: TagOptions = {},
): EntityScores {
  checkOptions("entityF1", options, tagRules);
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
    const actual = entities(tags, options);
    const keys = new Set(actual.map(key));
    for (const { type } of actual) count(type, "actual");
    for (const entity of entities(predicted, options)) {
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
