import {
  checkObject,
  checkText,
  checkTexts,
  continuesTag,
  hasTagPrefix,
  isTag,
  type Tag,
  tagOf,
  type TagScheme,
  tagSchemes,
  validTags,
} from "@bertkit/checks";
import { MetricError } from "./metric-error.ts";

export type { Tag, TagScheme } from "@bertkit/checks";

/**
 * Parses a tag of any scheme. Without a prefix, as "O" or a bare type, the tag is the type, and neither begins nor
 * ends.
 */
export function parseTag(tag: string): Tag {
  checkText("parseTag", "tag", tag);
  return tagOf(tag);
}

/**
 * Whether a word continues the entity of the previous word: both have the same type, that entity has not ended, and no
 * new one begins. Sequences that are invalid in every scheme are accepted, as in seqeval's default mode.
 */
export function continuesEntity(before: Tag | undefined, tag: Tag): boolean {
  if (before !== undefined) checkObject("continuesEntity", "before", before, "a result of parseTag");
  checkObject("continuesEntity", "tag", tag, "a result of parseTag");
  return continuesTag(before, tag);
}

/**
 * The scheme of a classifier's labels: "bare" without prefixes, "bio" with B- and I-, "iob1" with only I-, "bioes" or
 * "bilou"; undefined without "O", or with prefixes of different schemes.
 */
export function tagSchemeOf(labels: readonly string[]): TagScheme | undefined {
  checkTexts("tagSchemeOf", "labels", labels);
  if (!labels.includes("O")) return undefined;
  const others = labels.filter((label) => label !== "O");
  if (!others.some(hasTagPrefix)) return "bare";
  if (others.length > 0 && others.every((label) => label.startsWith("I-"))) return "iob1";
  return (["bio", "bioes", "bilou"] as const).find((scheme) => others.every((label) => isTag(label, scheme)));
}

/** @throws MetricError for a tag that is not valid in the scheme */
export function checkTags(where: string, tags: readonly string[], scheme: TagScheme): void {
  for (const [i, tag] of tags.entries()) {
    if (isTag(tag, scheme)) continue;
    const expected = scheme === "bare" ? "not empty" : validTags(scheme);
    throw new MetricError(
      `${where}: tags must be ${expected}, got ${JSON.stringify(tag)} at ${i}. Pass { scheme } with the scheme of the tags, one of ${tagSchemes.join(", ")}, and names for class numbers.`,
    );
  }
}
