import {
  bareTag,
  checkOptions,
  checkTexts,
  continuesTag,
  oneOf,
  type Rules,
  type Tag,
  tagOf,
  type TagScheme,
  tagSchemes,
} from "@bertkit/checks";
import { checkTags } from "./tags.ts";

/** A span of words that names something. */
export interface EntitySpan {
  /** The label without its prefix, such as `B-`. */
  readonly type: string;
  /** Index of the first word. */
  readonly start: number;
  /** Index after the last word. */
  readonly end: number;
}

/** Options for reading tags. */
export interface TagOptions {
  /** Default: any prefix is accepted, and labels without one, such as "O", are outside of entities. */
  readonly scheme?: TagScheme;
}

export const tagRules: Rules<TagOptions> = { scheme: oneOf(tagSchemes) };

/**
 * Entities of a sequence of tags in any scheme: see `TagScheme`. An `I-` that does not continue an entity of its type
 * starts one, so IOB1 and invalid sequences of a model are accepted, as in conlleval and seqeval's default mode.
 *
 * decodeEntities(["B-PER", "I-PER", "O", "I-LOC"]) → [{ type: "PER", start: 0, end: 2 }, { type: "LOC", start: 3, end:
 * 4 }]
 *
 * @throws MetricError for a tag that is not of the given scheme
 */
export function decodeEntities(labels: readonly string[], options: TagOptions = {}): EntitySpan[] {
  checkOptions("decodeEntities", options, tagRules);
  checkTexts("decodeEntities", "labels", labels);
  const { scheme } = options;
  if (scheme !== undefined) checkTags("decodeEntities", labels, scheme);
  const spans: EntitySpan[] = [];
  const known = new Map<string, Tag>(); // long texts repeat a few labels
  let before: Tag | undefined;
  let start = 0;
  const close = (end: number): void => {
    if (before) spans.push({ type: before.type, start, end });
  };
  labels.forEach((label, word) => {
    let tag = known.get(label);
    if (tag === undefined) known.set(label, (tag = scheme === "bare" ? bareTag(label) : tagOf(label)));
    const outside = scheme === "bare" ? label === "O" : tag.type === label;
    if (!outside && continuesTag(before, tag)) {
      before = tag;
      return;
    }
    close(word);
    before = outside ? undefined : tag;
    start = word;
  });
  close(labels.length);
  return spans;
}
